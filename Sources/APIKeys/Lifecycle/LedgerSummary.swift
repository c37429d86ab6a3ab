/// A key that may work, and that a ledger knows by its marker.
struct OpenKey: Hashable, Sendable {
    let marker: KeyMarker
    let place: String
    var keyID: String?
}

/// What a ledger says of each item.
struct LedgerSummary: Sendable {
    struct Record: Sendable {
        /// Whether the item has a key that was stored.
        var isStored = false
        /// The item's other keys that may work, oldest first.
        var open: [OpenKey] = []
    }

    private(set) var records: [String: Record] = [:]

    init(_ entries: [LedgerEntry]) {
        for entry in entries {
            records[entry.item, default: Record()].add(entry)
        }
    }

    /// Takes an item's record out.
    mutating func remove(_ item: String) -> Record {
        records.removeValue(forKey: item) ?? Record()
    }
}

extension LedgerSummary.Record {
    fileprivate mutating func add(_ entry: LedgerEntry) {
        let place = open.firstIndex { $0.marker == entry.marker }
        switch entry.state {
        case .begun, .created:
            if let place {
                open[place].keyID = entry.keyID ?? open[place].keyID
            } else {
                open.append(OpenKey(marker: entry.marker, place: entry.place, keyID: entry.keyID))
            }
        case .stored:
            isStored = true
            if let place { open.remove(at: place) }
        case .revoked, .failed:
            if let place { open.remove(at: place) }
        }
    }
}
