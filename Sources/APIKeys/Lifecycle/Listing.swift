/// The keys of one place, by their markers.
struct Listing: Sendable {
    private let keys: [KeyMarker: [ListedKey]]

    init(_ keys: [ListedKey]) {
        self.keys = keys.reduce(into: [:]) { result, key in
            if let marker = KeyMarker.parse(key.label)?.marker { result[marker, default: []].append(key) }
        }
    }

    subscript(_ marker: KeyMarker) -> [ListedKey] { keys[marker] ?? [] }
}

/// What can be looked for in one listing.
struct ListingGroup<Member: Sendable>: Sendable {
    let ring: any RevocableKeyRing
    private(set) var members: [Member] = []

    private struct Key: Hashable {
        let place: String
        let account: AnyHashable?
    }

    /// Puts together what the rings of the same place and account list.
    static func grouped(_ members: [Member], by ring: (Member) -> any RevocableKeyRing) -> [ListingGroup] {
        var groups: [Key: ListingGroup] = [:]
        for member in members {
            let ring = ring(member)
            let key = Key(place: ring.place, account: (ring as? any ProviderKeyRing)?.account)
            groups[key, default: ListingGroup(ring: ring)].members.append(member)
        }
        return Array(groups.values)
    }
}
