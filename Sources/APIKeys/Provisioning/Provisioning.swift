public import Foundation

/// Something that gets one key, such as a team or a customer.
public protocol ProvisioningItem: Sendable, Identifiable where ID == String {
    /// The label of the item's key; a marker is added to it.
    var label: String { get }
}

/// Creates and stores one key for each of many items, replaces keys that are old, and continues where it was
/// interrupted.
///
/// ```swift
/// let run = Provisioning(
///     ledger: try FileLedger(url), concurrency: 16, failureBudget: 20,
///     ring: { item in junction.teamKeyRing(teamID: item.teamID, environment: .production, region: .us) },
///     store: { item, key in try await vault.put(key.secret, for: item.id) })
/// let report = try await run.run(items)
/// ```
///
/// Run it again with the same ledger after a crash, a power cut, a cancellation or a failure: each item then has one
/// key that works, and `store` has received its secret. At every moment, the secret that was stored last works. This
/// holds if a request takes effect, and its key is listed, within `settling` after its answer is lost, and if the
/// provider keeps labels as they are. The next run revokes a key that appears later.
///
/// An entry of the ledger counts for one ``KeyRing/place`` only: a job that first ran against a sandbox still creates
/// every key in production.
///
/// With a ``FileLedger``, one process works on a job. If two runs in that process need the same item, the second one
/// waits. With a shared ledger, such as `PostgresLedger`, any number of processes can work on a job: each takes the
/// items that nobody else has claimed.
///
/// The job paces itself: a 429 or a 503 halves the number of items at work, and a round of successes allows one more.
/// All items wait for as long as a `Retry-After` says. A request that was refused with 429 is sent again, with growing
/// pauses, until nothing has succeeded for two minutes.
///
/// When an answer is lost, the job waits for `settling` and then looks for the key, with one listing per place for all
/// keys in doubt. It adopts a key whose secret the list holds, and replaces any other. If a complete list does not show
/// the key, the job creates it again, as after a 429.
///
/// If the provider rejects the credential, and its source has no other one, the run ends: the remaining items are
/// ``ProvisioningReport/notTried``.
public struct Provisioning<Item: ProvisioningItem>: Sendable {
    /// Which keys are replaced, and how long the old key keeps working.
    public typealias Replacement = KeyReplacement

    let ledger: any ProvisioningLedger
    let concurrency: Int
    let failureBudget: Int?
    let settling: Duration
    let options: RequestOptions
    let replacing: KeyReplacement?
    let verifyTimeout: Duration
    let ring: @Sendable (Item) -> any RevocableKeyRing
    let verify: (@Sendable (Item, IssuedKey) async throws -> Void)?
    let store: @Sendable (Item, IssuedKey) async throws -> Void
    /// The wall clock, of which a test has its own.
    var now: @Sendable () -> Date = { Date() }

    /// Creates a job. Nothing happens before it is run.
    ///
    /// - Parameters:
    ///   - ledger: The record of what was done, such as a ``FileLedger``.
    ///   - concurrency: How many items are at work at the same time, at most; 16 by default. Items that wait for
    ///     `verify` are not counted.
    ///   - failureBudget: The number of failed items after which no further item begins; by default, every item is
    ///     tried.
    ///   - settling: How long a request may still take effect after its answer is lost, and how long a list may lag
    ///     behind; 5 seconds by default.
    ///   - options: Settings of each call. Calls that create a key are never retried, whatever the options say.
    ///   - replacing: Which keys are replaced; none by default.
    ///   - verifyTimeout: How long `verify` is repeated, with growing pauses, as long as it throws; 30 seconds by
    ///     default.
    ///   - ring: The ring that an item's key belongs to. Called once per item and run.
    ///   - verify: Throws if a new key does not work yet. Called before `store`; a new key that does not work in time
    ///     is revoked, and its item fails.
    ///   - store: Stores an item's key. It may be called again for an item, with the same key or another one, and the
    ///     last call counts. It is never cancelled. If it throws, the key is kept, and the next run calls `store`
    ///     again.
    public init(
        ledger: any ProvisioningLedger,
        concurrency: Int = 16,
        failureBudget: Int? = nil,
        settling: Duration = .seconds(5),
        options: RequestOptions = .init(),
        replacing: Replacement? = nil,
        verifyTimeout: Duration = .seconds(30),
        ring: @escaping @Sendable (Item) -> any RevocableKeyRing,
        verify: (@Sendable (Item, IssuedKey) async throws -> Void)? = nil,
        store: @escaping @Sendable (Item, IssuedKey) async throws -> Void
    ) {
        self.ledger = ledger
        self.concurrency = max(concurrency, 1)
        self.failureBudget = failureBudget
        self.settling = max(settling, .zero)
        self.options = options
        self.replacing = replacing
        self.verifyTimeout = verifyTimeout
        self.ring = ring
        self.verify = verify
        self.store = store
    }

    /// Creates and stores a key for each item that has none, replaces the keys that are due, and revokes the replaced
    /// keys whose overlap is over.
    ///
    /// - Parameter items: The items. No two may have the same ID.
    /// - Returns: The result for each item.
    /// - Throws: ``APIError`` of the kind ``APIError/Kind/invalidRequest(_:)``, before anything begins, if two items
    ///   have the same ID or if `storedBefore` lies in the future; `CancellationError` if the task was cancelled, after
    ///   every key in hand was stored; any error of the ledger, after which nothing more begins.
    public func run(_ items: some Sequence<Item> & Sendable) async throws -> ProvisioningReport {
        try await ProvisioningRun.run(self, Array(items))
    }

    /// Does the same as ``run(_:)``, and reports each step.
    ///
    /// The job begins with the first iteration, and ends with ``ProvisioningEvent/Kind/finished(_:)``. It is cancelled
    /// when the iterating task is cancelled or the iterator is deallocated.
    ///
    /// - Parameter items: The items. No two may have the same ID.
    /// - Returns: The events, which end with the error that ``run(_:)`` would throw.
    public func events(for items: some Sequence<Item> & Sendable) -> Events {
        Events { emit in
            _ = try await ProvisioningRun.run(self, Array(items), emit: emit)
        }
    }
}

/// Which keys a ``Provisioning`` replaces, and how long the old key keeps working.
public struct KeyReplacement: Hashable, Sendable {
    /// Keys that were stored before this date are replaced. It is a date rather than an age, so that a run that is
    /// killed and started again with it replaces no key twice.
    public var storedBefore: Date
    /// How long a key keeps working after its successor is stored; zero by default. The first run that ends after that
    /// time revokes it; with zero, the run that replaces it.
    public var overlap: Duration
    /// Whether an item whose key is no longer in the provider's list gets a new one; `false` by default. Takes a
    /// listing per place.
    public var replacesMissing: Bool

    /// Creates a value; each parameter sets the property of its name.
    ///
    /// - Parameters:
    ///   - storedBefore: Keys that were stored before this date are replaced.
    ///   - overlap: How long a key keeps working after its successor is stored.
    ///   - replacesMissing: Whether an item whose key is no longer in the provider's list gets a new one.
    public init(storedBefore: Date, overlap: Duration = .zero, replacesMissing: Bool = false) {
        self.storedBefore = storedBefore
        self.overlap = overlap
        self.replacesMissing = replacesMissing
    }

    /// Whether a key is old enough. One that was stored in the future, by a clock that was wrong, is not.
    func isDue(_ key: ItemHistory.Key) -> Bool { key.storedAt.map { $0 < storedBefore } ?? false }
}
