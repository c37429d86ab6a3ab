public import Foundation

/// A record of what a provisioning job has done, so that the next run can continue after a crash.
public protocol ProvisioningLedger: Sendable {
    /// Every entry so far, in the order in which they were appended.
    ///
    /// - Returns: The entries.
    /// - Throws: Any error; the run ends with it before anything begins.
    func entries() async throws -> [LedgerEntry]

    /// Appends an entry, and returns when it is durable: it survives a crash of the process and a power cut.
    ///
    /// Called from many tasks at once, including cancelled ones.
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

    /// Checks that every claim still holds, such as by asking the server. Does nothing by default.
    ///
    /// - Throws: Any error if a claim does not hold for certain; nothing more begins after it, and the run ends with
    ///   it.
    func confirm() async throws

    /// Whether the claims hold as far as is known without asking: `false` once so much time has passed that somebody
    /// else may have claimed the items. `true` by default.
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
    /// The item is claimed. The value is its entries, oldest first; `nil` if the run has read all of them at its start.
    case granted([LedgerEntry]?)
    /// Somebody else works on the item.
    case held
}

/// One step of an item's key, such as its creation. Holds no secret.
///
/// A key's state only advances, in the order begun, failed, created, stored, revoked: an entry that is repeated or late
/// never sets it back. The last `stored` entry of an item at a place names the item's key.
public struct LedgerEntry: Codable, Hashable, Sendable {
    /// What has happened to a key.
    public enum State: String, Codable, Hashable, Sendable {
        /// The key is about to be created, and may exist.
        case begun
        /// The key was created or found.
        case created
        /// `store` has returned: the key is the item's key.
        case stored
        /// The key was revoked.
        case revoked
        /// The key was not created.
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
    /// How many seconds the keys that this key replaces keep working after it is stored.
    public var overlap: TimeInterval?
    /// When the step happened.
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
