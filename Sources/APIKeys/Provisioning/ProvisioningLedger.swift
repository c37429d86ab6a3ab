public import Foundation

/// Remembers what a provisioning job has done, so that the next run continues after a crash.
public protocol ProvisioningLedger: Sendable {
    /// Every entry so far, in the order in which they were appended.
    ///
    /// - Returns: The entries.
    /// - Throws: Any error; the run then ends with it before anything begins.
    func entries() async throws -> [LedgerEntry]

    /// Appends an entry, and returns when it is durable: it survives a crash of the process and a power cut.
    ///
    /// Called from many tasks at once, and also by tasks that are cancelled.
    ///
    /// - Parameter entry: The entry.
    /// - Throws: Any error; nothing more begins after it, and the run ends with it.
    func append(_ entry: LedgerEntry) async throws

    /// Claims an item: until it is released, nobody else works on it.
    ///
    /// - Parameter item: The item's ID.
    /// - Returns: Whether the item was free. By default it always is: one run at a time uses the ledger.
    /// - Throws: Any error; nothing more begins after it, and the run ends with it.
    func claim(_ item: String) async throws -> LedgerClaim

    /// Releases an item that was claimed. Does nothing by default.
    ///
    /// - Parameter item: The item's ID.
    func release(_ item: String) async
}

extension ProvisioningLedger {
    /// Grants every claim.
    public func claim(_ item: String) async throws -> LedgerClaim { .granted(nil) }

    /// Does nothing.
    public func release(_ item: String) async {}
}

/// The answer to a claim.
public enum LedgerClaim: Sendable {
    /// The item is claimed. Its entries, oldest first; `nil` if those that the run has read at its start still hold.
    case granted([LedgerEntry]?)
    /// Somebody else works on the item.
    case held
}

/// One step of one key of an item. It holds no secret.
///
/// A key's state only rises: begun, failed, created, stored, revoked. Entries that are there twice, or in another
/// order, say the same; only the order of the `stored` entries counts. The last one of an item at a place names its
/// key.
public struct LedgerEntry: Codable, Hashable, Sendable {
    /// What has happened to a key.
    public enum State: String, Codable, Hashable, Sendable {
        /// It is about to be created: it may exist.
        case begun
        /// It was created, or found.
        case created
        /// Its secret was handed to `store`, which returned: it is the item's key.
        case stored
        /// It was revoked.
        case revoked
        /// It was not created.
        case failed
    }

    /// The item's ID.
    public var item: String
    /// The ``KeyRing/place`` of the key.
    public var place: String
    /// The marker in the key's label.
    public var marker: KeyMarker
    /// What has happened to the key.
    public var state: State
    /// The key's ID, if it is known.
    public var keyID: String?
    /// For how many seconds the keys that this one replaces go on working once it is stored.
    public var overlap: TimeInterval?
    /// When it happened.
    public var at: Date

    /// Creates an entry.
    public init(
        item: String, place: String, marker: KeyMarker, state: State, keyID: String? = nil,
        overlap: TimeInterval? = nil, at: Date = .now
    ) {
        self.item = item
        self.place = place
        self.marker = marker
        self.state = state
        self.keyID = keyID
        self.overlap = overlap
        self.at = at
    }
}
