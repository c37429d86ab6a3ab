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

    /// Whether other processes may work on the same job. `false` by default.
    var isShared: Bool { get }

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

    /// Makes sure that what was claimed is still claimed, such as by a word with the server. Does nothing by default.
    ///
    /// - Throws: Any error if it is not, or not for certain; nothing more begins after it, and the run ends with it.
    func confirm() async throws

    /// Whether what was claimed may still be claimed, as far as that can be told at once: `false` when so much time has
    /// gone by that somebody else may have claimed it. `true` by default.
    var mayHold: Bool { get }
}

extension ProvisioningLedger {
    /// `false`: one process at a time uses the ledger.
    public var isShared: Bool { false }

    /// Grants every claim.
    public func claim(_ item: String) async throws -> LedgerClaim { .granted(nil) }

    /// Does nothing.
    public func release(_ item: String) async {}

    /// Does nothing.
    public func confirm() async throws {}

    /// `true`: a claim does not end by itself.
    public var mayHold: Bool { true }
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
