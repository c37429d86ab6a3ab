import Foundation

/// The result of ``Provisioning/retire(_:)``.
public struct RetirementReport: Sendable {
    /// The items whose keys have all stopped working.
    public var retired: [String] = []
    /// The items that failed, and of which a key may still work.
    public var failed: [String: any Error] = [:]
    /// The markers of the keys that may still work.
    public var unresolved: [KeyMarker] = []

    /// Creates a report, for use in tests.
    public init(retired: [String] = [], failed: [String: any Error] = [:], unresolved: [KeyMarker] = []) {
        self.retired = retired
        self.failed = failed
        self.unresolved = unresolved
    }
}

extension Provisioning {
    /// Revokes every key that the ledger knows of the items, and each item's current key last.
    ///
    /// Waits for `settling` first if a request to create one of these keys may still take effect. Safe to repeat. A
    /// later run with one of these items creates a new key for it.
    ///
    /// - Parameter items: The items. No two may have the same ID.
    /// - Returns: The result for each item. An item that the ledger does not know fails.
    /// - Throws: ``APIError`` of the kind ``APIError/Kind/invalidRequest(_:)`` if two items have the same ID, or if
    ///   `storedBefore` lies in the future; `CancellationError` if the task was cancelled; any error of the ledger.
    public func retire(_ items: some Sequence<Item> & Sendable) async throws -> RetirementReport {
        let items = Array(items)
        try check(items)
        let entries = try await ledger.entries()
        let works = read(items, in: entries).works
        let clock = works.first?.ring.clock ?? ContinuousClock()
        let context = RunContext(self, items, clock: clock, emit: nil)
        return try await RetireRun(context, entries: entries).run(works)
    }
}

/// One call of ``Provisioning/retire(_:)``.
private struct RetireRun<Item: ProvisioningItem>: Sendable {
    private let context: RunContext<Item>
    /// The markers of all keys of the job, by their places: a list that shows one of them is of the right account.
    private let markers: [String: Set<KeyMarker>]
    private let report = Locked(RetirementReport())

    init(_ context: RunContext<Item>, entries: [LedgerEntry]) {
        self.context = context
        markers = Dictionary(grouping: entries, by: \.place).mapValues { Set($0.map(\.marker)) }
    }

    func run(_ works: [ItemWork]) async throws -> RetirementReport {
        // A ledger that is shared grants a limited number of claims at a time.
        let size = context.job.ledger.isShared ? 200 : max(works.count, 1)
        for start in stride(from: 0, to: works.count, by: size) {
            await retire(Array(works[start..<min(start + size, works.count)]))
        }
        try Task.checkCancellation()
        if let error = context.journal.ledgerError { throw error }
        return report.withLock { $0 }
    }

    private func retire(_ works: [ItemWork]) async {
        let granted = Locked<[ItemWork]>([])
        await concurrently(works, limit: context.job.concurrency) { work in
            var work = work
            switch await context.claim(&work) {
            case true?: granted.append(work)
            case nil: fail(work, work.ring.error(.conflict, "retire", message: "a run works on the item"))
            case false?: break
            }
        }
        let claimed = granted.withLock { $0 }.sorted { $0.index < $1.index }
        if claimed.contains(where: { !$0.history.begun.isEmpty }) {
            try? await context.clock.sleep(until: context.clock.elapsed() + context.job.settling)
        }
        let groups = ListingGroup.grouped(claimed) { $0.ring }
        await concurrently(groups, limit: context.job.concurrency) { group in await retire(group) }
        await concurrently(claimed, limit: context.job.concurrency) { await context.release($0) }
    }

    private func retire(_ group: ListingGroup<ItemWork>) async {
        let (known, unknown) = group.members.partitioned { !$0.history.keys.isEmpty }
        for work in unknown {
            fail(
                work, context.job.invalid("the ledger knows no key of \(context.items[work.index].id) at \(work.place)")
            )
        }
        let (open, closed) = known.partitioned { !$0.history.open.isEmpty }
        for work in closed { succeed(work) }
        guard !open.isEmpty else { return }
        do throws(APIError) {
            let keys = try await group.ring.keys(options: context.job.options)
            let (listing, markers) = (Listing(keys), markers[group.ring.place] ?? [])
            // A run that was killed may have revoked the last of these items' keys: any other key of the job will do.
            let isOurs =
                keys.contains { $0.marker.map(markers.contains) ?? false }
                || open.contains { work in work.history.open.contains { !listing[$0].isEmpty } }
            let wasInHand = open.contains { work in work.history.open.contains { $0.state != .begun } }
            guard isOurs || !wasInHand else {
                throw group.ring.error(
                    .notFound, "retire", message: "the list shows no key of this job: it may be another account's")
            }
            await concurrently(open, limit: context.job.concurrency) { work in await retire(work, in: listing) }
        } catch {
            for work in open { fail(work, error) }
        }
    }

    private func retire(_ work: ItemWork, in listing: Listing) async {
        var work = work
        let current = work.history.current?.marker
        // The item's own key last: until then, readers find one that works.
        let keys = work.history.open.filter { $0.marker != current } + work.history.open.filter { $0.marker == current }
        for key in keys {
            guard !Task.isCancelled, await context.journal.holds(forCertain: true) else { return }
            for listed in listing[key] {
                do throws(RevokeFailure) {
                    try await context.revoke(listed.id, settling: context.job.settling, in: work.ring)
                } catch {
                    return fail(work, error.error)
                }
            }
            guard await context.append(.revoked, key.marker, keyID: key.keyID, &work) else { return }
        }
        succeed(work)
    }

    private func succeed(_ work: ItemWork) {
        report.withLock { $0.retired.append(context.items[work.index].id) }
    }

    private func fail(_ work: ItemWork, _ error: any Error) {
        report.withLock { report in
            report.failed[context.items[work.index].id] = error
            report.unresolved += work.history.open.map(\.marker)
        }
    }
}
