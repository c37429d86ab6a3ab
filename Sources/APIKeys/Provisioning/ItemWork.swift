/// An item that a run works on, and what is known of its keys.
struct ItemWork: Sendable {
    /// What an item needs, by what the ledger says.
    enum Need: Sendable {
        /// Nothing: its key is stored.
        case nothing
        /// A first key, or another one.
        case key
        /// A look: keys may exist beside the one that is stored, if there is one.
        case look
    }

    /// The item's index.
    let index: Int
    let ring: any RevocableKeyRing
    let place: String
    private(set) var history: ItemHistory

    /// Whether a key of the item is replaced.
    private(set) var isReplacement: Bool
    /// Whether the item's key is no longer in the provider's list.
    var isMissing = false
    /// Whether this run has claimed the item.
    var isClaimed = false
    /// Whether the run has said that it began.
    var hasStarted = false
    /// The creates of this run that are in doubt.
    var doubts: Set<KeyMarker> = []
    /// How many creates of this run have left a key whose secret nobody holds.
    var creates = 0
    /// How often the run had to wait before it could ask again.
    var waits = 0
    /// When the keys in doubt can be looked for.
    var due = Duration.zero
    /// Why the last create is in doubt.
    var error: APIError?
    /// Secrets that were found in answers that do not fit their schema: guesses, until the list shows their keys.
    var guesses: [KeyMarker: Secret] = [:]
    /// The keys in doubt that were found, as the list holds them.
    var found: [(key: ItemHistory.Key, listed: [ListedKey])] = []

    init(index: Int, ring: any RevocableKeyRing, history: ItemHistory) {
        self.index = index
        self.ring = ring
        self.history = history
        place = ring.place
        isReplacement = history.current != nil
    }

    /// What the item needs.
    func need(replacing: KeyReplacement?) -> Need {
        if !history.maybeInUse.isEmpty { return .look }
        if let current = history.current, !isMissing, !(replacing?.isDue(current) ?? false) { return .nothing }
        return history.begun.isEmpty ? .key : .look
    }

    /// Whether keys beside the item's own are known.
    var hasLeftovers: Bool { !history.begun.isEmpty || !history.predecessors.isEmpty }

    /// Takes in an entry of this run.
    mutating func add(_ entry: LedgerEntry) { history.add(entry) }

    /// Takes in what the ledger holds now, if another run has worked on the item.
    mutating func replaceHistory(by entries: [LedgerEntry]) {
        let former = history.current?.marker
        var reading = LedgerReading(entries)
        history = entries.first.map { reading.remove($0.item, at: place) } ?? ItemHistory()
        isReplacement = history.current != nil
        // It was another key that was not listed.
        if history.current?.marker != former { isMissing = false }
    }
}
