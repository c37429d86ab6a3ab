/// Something that is to have one key, such as a team or a customer.
public protocol ProvisioningItem: Sendable, Identifiable where ID == String {
    /// The label of the item's key; a marker is added to it.
    var label: String { get }
}

/// Creates and stores one key for each of many items, and continues where it was interrupted.
///
/// ```swift
/// let run = Provisioning(
///     ledger: try FileLedger(url), concurrency: 16, failureBudget: 20,
///     ring: { item in junction.teamKeyRing(teamID: item.teamID, environment: .production, region: .us) },
///     store: { item, key in try await vault.put(key.secret, for: item.id) })
/// let report = try await run.run(items)
/// ```
///
/// Run it again with the same ledger after a crash, a power cut, a cancellation or a failure: each item then has one key
/// that works, and its secret was handed to `store`. This holds as long as no request takes effect, and no list lags
/// behind, for longer than `settling`; what turns up later is revoked by the next run.
///
/// One ledger and one process per job. For more, give each process its share of the items and a ledger of its own.
///
/// It paces itself: a 429 or a 503 halves how many items are at work, a round of successes allows one more, and everybody
/// waits for as long as a `Retry-After` says. A request that was refused with 429 is sent again. When an answer is lost,
/// the key is looked for after `settling`, one listing per ``KeyRing/place`` for all that are in doubt by then. A key whose
/// secret the list holds is adopted; another one is replaced, and revoked once the new one is stored.
public struct Provisioning<Item: ProvisioningItem>: Sendable {
    let ledger: any ProvisioningLedger
    let concurrency: Int
    let failureBudget: Int?
    let settling: Duration
    let options: RequestOptions
    let ring: @Sendable (Item) -> any RevocableKeyRing
    let store: @Sendable (Item, IssuedKey) async throws -> Void

    /// Creates a job. Nothing happens before it is run.
    ///
    /// - Parameters:
    ///   - ledger: Remembers what was done, such as a ``FileLedger``.
    ///   - concurrency: How many items are at work at the same time, at most.
    ///   - failureBudget: After so many failed items nothing more begins; by default every item is tried.
    ///   - settling: How long a request may still take effect after its answer is lost, and how long a list may lag.
    ///   - options: Settings of each call. A key is created without retries, whatever they say.
    ///   - ring: The ring that an item's key belongs to.
    ///   - store: Stores an item's key. It must be idempotent by item: it may be called again, with the same key or
    ///     another one of the item, and the last call counts. It is not cancelled. If it throws, the key is kept, and the
    ///     next run calls it again.
    public init(
        ledger: any ProvisioningLedger,
        concurrency: Int = 16,
        failureBudget: Int? = nil,
        settling: Duration = .seconds(5),
        options: RequestOptions = .init(),
        ring: @escaping @Sendable (Item) -> any RevocableKeyRing,
        store: @escaping @Sendable (Item, IssuedKey) async throws -> Void
    ) {
        self.ledger = ledger
        self.concurrency = max(concurrency, 1)
        self.failureBudget = failureBudget
        self.settling = settling
        self.options = options
        self.ring = ring
        self.store = store
    }

    /// Creates and stores the keys of all items that have none yet.
    ///
    /// - Parameter items: The items. No two may have the same ID.
    /// - Returns: What became of each item.
    /// - Throws: ``APIError`` of the kind ``APIError/Kind/invalidRequest(_:)`` if two items have the same ID, before
    ///   anything begins; `CancellationError` if the task was cancelled: a key in hand is stored before; the error of the
    ///   ledger, after which nothing begins.
    public func run(_ items: some Sequence<Item> & Sendable) async throws -> ProvisioningReport {
        try await ProvisioningRun(self, Array(items), emit: nil).run()
    }

    /// Does the same as ``run(_:)``, and reports each step.
    ///
    /// The job begins with the first iteration, and ends with ``ProvisioningEvent/Kind/finished(_:)``. It is cancelled with
    /// the iterating task, or when the iterator is dropped.
    ///
    /// - Parameter items: The items. No two may have the same ID.
    /// - Returns: The events, which end with the error that ``run(_:)`` would throw.
    public func events(for items: some Sequence<Item> & Sendable) -> Events {
        Events { emit in
            _ = try await ProvisioningRun(self, Array(items), emit: emit).run()
        }
    }
}
