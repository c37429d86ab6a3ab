/// The keys of one place, by their IDs and their markers.
struct Listing: Sendable {
    private let keys: [ListedKey]
    private var byMarker: [KeyMarker: [Int]] = [:]
    private var byID: [KeyID: Int] = [:]

    init(_ keys: [ListedKey]) {
        self.keys = keys
        for (index, key) in keys.enumerated() {
            if let marker = key.marker { byMarker[marker, default: []].append(index) }
            byID[KeyID(key.id)] = index
        }
    }

    /// The listed keys that are a key of a ledger: at most one by its ID, and those under its markers.
    subscript(_ key: ItemHistory.Key) -> [ListedKey] {
        var found: Set<Int> = []
        if let index = key.keyID.flatMap({ byID[KeyID($0)] }) { found.insert(index) }
        for marker in [key.marker] + key.aliases { found.formUnion(byMarker[marker] ?? []) }
        return found.sorted().map { keys[$0] }
    }
}

/// What can be looked for in one listing.
struct ListingGroup<Member: Sendable>: Sendable {
    let ring: any RevocableKeyRing
    private(set) var members: [Member] = []

    private struct Key: Hashable {
        let place: String
        let account: AnyHashable
    }

    /// Puts together what the rings of the same place and account list.
    static func grouped(_ members: [Member], by ring: (Member) -> any RevocableKeyRing) -> [ListingGroup] {
        var (groups, places): ([ListingGroup], [Key: Int]) = ([], [:])
        for member in members {
            let ring = ring(member)
            let key = Key(place: ring.place, account: ring.account)
            let place = places[key] ?? groups.endIndex
            if place == groups.endIndex {
                places[key] = place
                groups.append(ListingGroup(ring: ring))
            }
            groups[place].members.append(member)
        }
        return groups
    }
}

extension Array {
    /// The elements that satisfy a condition, and the others.
    func partitioned(by isFirst: (Element) -> Bool) -> (first: [Element], second: [Element]) {
        (filter(isFirst), filter { !isFirst($0) })
    }
}

/// Does the same for each of some values, a few at a time.
func concurrently<Value: Sendable>(
    _ values: [Value], limit: Int, _ body: @escaping @Sendable (Value) async -> Void
) async {
    let next = Locked(values.startIndex)
    @Sendable func take() -> Value? {
        let index = next.withLock { index in
            defer { index += 1 }
            return index
        }
        return index < values.endIndex ? values[index] : nil
    }
    await withTaskGroup(of: Void.self) { group in
        for _ in 0..<Swift.min(limit, values.count) {
            group.addTask {
                while let value = take() { await body(value) }
            }
        }
    }
}
