import Foundation

/// What a ledger says of the keys of one item at one place.
///
/// The state of a key only rises, so that duplicates and any order of its entries end the same. Entries that name one
/// key ID are one key, under whatever marker.
struct ItemHistory: Sendable {
    /// One key.
    struct Key: Hashable, Sendable {
        /// The marker in the key's label.
        let marker: KeyMarker
        /// Further markers under which the ledger knows the key.
        fileprivate(set) var aliases: [KeyMarker] = []
        fileprivate(set) var keyID: String?
        fileprivate(set) var state: LedgerEntry.State
        /// When the ledger first knew of the key.
        fileprivate(set) var begunAt: Date
        /// How long the keys that this one replaces go on working.
        fileprivate(set) var overlap: TimeInterval?
        fileprivate(set) var storedAt: Date?
        /// The number of its last `begun` entry among all of the item's; `nil` if it has none.
        fileprivate(set) var sequence: Int?
        /// The last entries that say so, by their lines; -1 if none does.
        fileprivate var created = -1
        fileprivate var stored = -1
    }

    /// In the order in which the ledger first names them.
    private(set) var keys: [Key] = []
    private var lines = 0
    /// How many `begun` entries the item has, at all places.
    fileprivate var begunCount = 0

    /// Takes in the next entry of the ledger, maybe with how many `begun` entries of the item precede it at all places.
    mutating func add(_ entry: LedgerEntry, after begun: Int? = nil) {
        lines += 1
        begunCount = begun ?? begunCount
        if entry.state == .begun { begunCount += 1 }
        let place = keys.firstIndex { $0.marker == entry.marker || $0.aliases.contains(entry.marker) }
        var key =
            place.map { keys[$0] } ?? Key(marker: entry.marker, state: .begun, begunAt: entry.at)
        key.keyID = entry.keyID ?? key.keyID
        key.overlap = entry.overlap ?? key.overlap
        if entry.state.rank > key.state.rank { key.state = entry.state }
        if entry.state == .begun { key.sequence = begunCount }
        if entry.state == .created { key.created = lines }
        if entry.state == .stored { (key.stored, key.storedAt) = (lines, entry.at) }
        if let place { keys[place] = key } else { keys.append(key) }
        joinKeys(with: place ?? keys.endIndex - 1)
    }

    /// Makes one key of two that have the same ID.
    private mutating func joinKeys(with place: Int) {
        let key = keys[place]
        guard let id = key.keyID.map(KeyID.init),
            let other = keys.firstIndex(where: { $0.marker != key.marker && $0.keyID.map(KeyID.init) == id })
        else { return }
        let second = keys[max(place, other)]
        var joined = keys[min(place, other)]
        joined.aliases += [second.marker] + second.aliases
        if second.state.rank > joined.state.rank { joined.state = second.state }
        if second.stored > joined.stored { (joined.stored, joined.storedAt) = (second.stored, second.storedAt) }
        joined.created = max(joined.created, second.created)
        joined.overlap = second.overlap ?? joined.overlap
        joined.sequence = [joined.sequence, second.sequence].compactMap { $0 }.max()
        keys[min(place, other)] = joined
        keys.remove(at: max(place, other))
    }

    // MARK: - What it means

    /// The item's key: the one that was stored last, by line, since the wall clock may step back. `nil` if that key was
    /// revoked: a predecessor is never promoted.
    var current: Key? {
        keys.max { $0.stored < $1.stored }.flatMap { $0.stored >= 0 && $0.state != .revoked ? $0 : nil }
    }

    private var currentLine: Int { keys.map(\.stored).max() ?? -1 }

    /// The keys that were begun and never in hand: they may exist.
    var begun: [Key] { keys.filter { $0.state == .begun } }

    /// The keys that may be what readers have: in hand after the current key was stored, but not known to be stored.
    var maybeInUse: [Key] { keys.filter { $0.state == .created && $0.created > currentLine } }

    /// The keys that the current one has replaced, and that were not revoked.
    var predecessors: [Key] {
        guard current != nil else { return [] }
        return keys.filter { key in
            switch key.state {
            case .stored: key.stored != currentLine
            case .created: key.created < currentLine
            case .begun, .failed, .revoked: false
            }
        }
    }

    /// Every key that may work.
    var open: [Key] { keys.filter { $0.state != .failed && $0.state != .revoked } }

    /// The number of a key's `begun` entry; `nil` if there is none, or if a key with a greater one has been in hand:
    /// the key is then begun once more before it is stored.
    func sequence(of marker: KeyMarker) -> Int? {
        guard let sequence = keys.first(where: { $0.marker == marker || $0.aliases.contains(marker) })?.sequence
        else { return nil }
        let isBehind = keys.contains { $0.state.rank > 1 && $0.sequence ?? 0 > sequence }
        return isBehind ? nil : sequence
    }

    /// The last overlap that a run has given its new key.
    var overlap: TimeInterval? { keys.last { $0.overlap != nil }?.overlap }

    /// Until when a predecessor is to work, by the overlap of the run, or else the one that the ledger holds.
    func end(of key: Key, overlap: Duration?) -> Date {
        let line = max(key.stored, key.created)
        let successor = keys.filter { $0.stored > line }.min { $0.stored < $1.stored }
        guard let successor, let storedAt = successor.storedAt else { return .distantFuture }
        return storedAt + min(max(overlap.map { $0 / .seconds(1) } ?? successor.overlap ?? 0, 0), 1e10)
    }
}

extension LedgerEntry.State {
    /// A key's state only rises.
    fileprivate var rank: Int {
        switch self {
        case .begun: 0
        case .failed: 1
        case .created: 2
        case .stored: 3
        case .revoked: 4
        }
    }
}

/// What a ledger says, by item and place: an entry that was made at another place, such as a sandbox, says nothing
/// here.
struct LedgerReading: Sendable {
    private struct Key: Hashable {
        let item: String
        let place: String
    }

    private var histories: [Key: ItemHistory] = [:]
    /// How many `begun` entries each item has, at all places.
    private var begun: [String: Int] = [:]

    init(_ entries: [LedgerEntry]) {
        for entry in entries {
            let begun = begun[entry.item] ?? 0
            histories[Key(item: entry.item, place: entry.place), default: ItemHistory()].add(entry, after: begun)
            if entry.state == .begun { self.begun[entry.item] = begun + 1 }
        }
    }

    /// Takes an item's history at a place out.
    mutating func remove(_ item: String, at place: String) -> ItemHistory {
        var history = histories.removeValue(forKey: Key(item: item, place: place)) ?? ItemHistory()
        history.begunCount = begun[item] ?? 0
        return history
    }

    /// The keys that may work and that were not taken out, by their items: of other items, or at other places.
    func rest(overlap: Duration?, now: Date) -> [String: [KeyMarker]] {
        var rest: [String: [KeyMarker]] = [:]
        for (key, history) in histories {
            let open =
                history.begun + history.maybeInUse
                + history.predecessors.filter { history.end(of: $0, overlap: overlap) <= now }
            if !open.isEmpty { rest[key.item, default: []] += open.map(\.marker) }
        }
        return rest
    }

    /// The item whose own key a key is.
    func item(withKey id: String, at place: String) -> String? {
        histories.first { $0.key.place == place && $0.value.current?.keyID.map(KeyID.init) == KeyID(id) }?.key.item
    }
}
