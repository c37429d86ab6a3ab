/// What became of the items of a run: each is in exactly one of the first four, and all are the items' IDs.
public struct ProvisioningReport: Sendable {
    /// The items whose key was created or adopted, and stored.
    public var stored: [String] = []
    /// The items whose key an earlier run had stored.
    public var skipped: [String] = []
    /// The items that failed. If an error's ``APIError/underlying`` is an ``UnresolvedKey``, or if `store` threw it, a key
    /// may work; the next run adopts or replaces it.
    public var failed: [String: any Error] = [:]
    /// The items that were not begun, since the failure budget was used up.
    public var notTried: [String] = []
    /// Keys that may work and that are no item's: of items that are not in the input, at another place, or that could not
    /// be looked for or revoked.
    public var unresolved: [KeyMarker] = []

    /// Creates a report, for use in tests.
    public init(
        stored: [String] = [], skipped: [String] = [], failed: [String: any Error] = [:], notTried: [String] = [],
        unresolved: [KeyMarker] = []
    ) {
        self.stored = stored
        self.skipped = skipped
        self.failed = failed
        self.notTried = notTried
        self.unresolved = unresolved
    }
}

/// A step of a provisioning run.
public struct ProvisioningEvent: Sendable {
    /// What happened.
    public enum Kind: Sendable {
        /// Work on the item began.
        case started
        /// A key was created for the item.
        case created
        /// A key that an earlier request had created was found with its secret.
        case adopted
        /// The item's key was stored.
        case stored
        /// An earlier run had stored the item's key.
        case skipped
        /// The item failed.
        case failed(any Error)
        /// The server asked to slow down: so many items are at work at the same time now.
        case throttled(to: Int)
        /// The run is over.
        case finished(ProvisioningReport)
    }

    /// How far the run is.
    public struct Progress: Hashable, Sendable {
        /// How many items have a stored key, those of earlier runs included.
        public var done: Int
        /// How many items failed.
        public var failed: Int
        /// How many items there are.
        public var total: Int
        /// How many keys this run has stored per second.
        public var rate: Double
        /// How long the rest takes at this rate; `nil` if unknown.
        public var remaining: Duration?

        /// Creates a value, for use in tests.
        public init(done: Int, failed: Int, total: Int, rate: Double, remaining: Duration?) {
            self.done = done
            self.failed = failed
            self.total = total
            self.rate = rate
            self.remaining = remaining
        }
    }

    /// What happened.
    public var kind: Kind
    /// The item's ID; `nil` if the event is of the run as a whole.
    public var item: String?
    /// How far the run is.
    public var progress: Progress

    /// Creates an event, for use in tests.
    public init(kind: Kind, item: String?, progress: Progress) {
        self.kind = kind
        self.item = item
        self.progress = progress
    }
}
