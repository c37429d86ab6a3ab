public import Foundation

/// The result of a run. The ID of each item is in exactly one of the first five lists.
public struct ProvisioningReport: Sendable {
    /// A key that was replaced and that still works.
    public struct Overlap: Hashable, Sendable {
        /// The ID of the item whose key it was.
        public var item: String
        /// The key's ID; `nil` if it is not known.
        public var keyID: String?
        /// When its overlap ends: the first run after that revokes it.
        public var until: Date

        /// Creates a value, for use in tests.
        public init(item: String, keyID: String?, until: Date) {
            self.item = item
            self.keyID = keyID
            self.until = until
        }
    }

    /// The items that had no key, and whose key was created or adopted, and stored.
    public var stored: [String] = []
    /// The items whose key was replaced by a new one, which is stored.
    public var replaced: [String] = []
    /// The items that keep the key that an earlier run stored.
    public var skipped: [String] = []
    /// The items that failed. If an error's ``APIError/underlying`` is an ``UnresolvedKey``, or if `store` threw it, a
    /// key may work; the next run adopts or replaces it.
    public var failed: [String: any Error] = [:]
    /// The items that were not begun, because the failure budget was used up or the credential was rejected.
    public var notTried: [String] = []
    /// The markers of keys that may work but are no key of an item of this run: keys of other items or places, and keys
    /// that could not be looked for or revoked.
    public var unresolved: [KeyMarker] = []
    /// Replaced keys that still work. Run the job again when their overlap is over.
    public var overlapping: [Overlap] = []

    /// Creates a report, for use in tests.
    public init(
        stored: [String] = [], replaced: [String] = [], skipped: [String] = [], failed: [String: any Error] = [:],
        notTried: [String] = [], unresolved: [KeyMarker] = [], overlapping: [Overlap] = []
    ) {
        self.stored = stored
        self.replaced = replaced
        self.skipped = skipped
        self.failed = failed
        self.notTried = notTried
        self.unresolved = unresolved
        self.overlapping = overlapping
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
        /// `verify` succeeded: the key works.
        case verified
        /// The item's key was stored. The item had none before.
        case stored
        /// The item's new key was stored, in place of an old one.
        case replaced
        /// A key of the item that had been replaced was revoked.
        case retired
        /// The item keeps the key that an earlier run stored.
        case skipped
        /// The item failed.
        case failed(any Error)
        /// The server asked to slow down. The value is how many items may be at work at the same time now.
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
    /// The item's ID; `nil` if the event is about the whole run.
    public var item: String?
    /// How far the run is.
    public var progress: Progress
    /// The server's message, if it asked to slow down and said why.
    public var message: String?

    /// Creates an event, for use in tests.
    public init(kind: Kind, item: String?, progress: Progress, message: String? = nil) {
        self.kind = kind
        self.item = item
        self.progress = progress
        self.message = message
    }
}
