/// One run of a ``Provisioning``.
final class ProvisioningRun<Item: ProvisioningItem>: Sendable {
    private let job: Provisioning<Item>
    private let items: [Item]
    private let context: RunContext<Item>
    private let issue: KeyIssue<Item>
    private let resolution: DoubtResolution<Item>
    /// The items that another run has claimed.
    private let postponed = Locked<[ItemWork]>([])

    private init(
        _ job: Provisioning<Item>, _ items: [Item], clock: any Clock<Duration>,
        emit: (@Sendable (ProvisioningEvent) -> Void)?
    ) {
        self.job = job
        self.items = items
        context = RunContext(job, items, clock: clock, emit: emit)
        issue = KeyIssue(context)
        resolution = DoubtResolution(context, issue)
    }

    private var journal: ProvisioningJournal { context.journal }

    static func run(
        _ job: Provisioning<Item>, _ items: [Item], emit: (@Sendable (ProvisioningEvent) -> Void)? = nil
    ) async throws -> ProvisioningReport {
        try job.check(items)
        let (works, rest) = job.read(items, in: try await job.ledger.entries())
        let clock = works.first?.ring.clock ?? ContinuousClock()
        let run = ProvisioningRun(job, items, clock: clock, emit: emit)
        // Those who begin at the same end would wait for one another at each item.
        return try await run.run(job.ledger.isShared ? works.shuffled() : works, others: rest)
    }

    private func run(_ works: [ItemWork], others: [String: [KeyMarker]]) async throws -> ProvisioningReport {
        await work(on: job.replacing?.replacesMissing == true ? await withoutUnknown(works) : works)
        while let works = postponed.takeAll() {
            // Somebody else works on these items: what is left of them is done when they are free.
            if !journal.isStopped {
                try? await context.clock.sleep(until: context.clock.elapsed() + .milliseconds(200))
            }
            await work(on: works)
        }
        await Retirement(context).run(context.takeLeftovers())
        await report(others, places: Dictionary(uniqueKeysWithValues: works.map { (items[$0.index].id, $0.place) }))
        return try journal.finish()
    }

    /// Reports the keys that may work and that are no item's, unless somebody works on them.
    private func report(_ others: [String: [KeyMarker]], places: [String: String]) async {
        await concurrently(Array(others), limit: job.concurrency) { [self] item, markers in
            guard case .granted(let entries)? = await journal.claim(item) else { return }
            var open = markers
            if let entries {
                var reading = LedgerReading(entries)
                if let place = places[item] { _ = reading.remove(item, at: place) }
                open = reading.rest(overlap: job.replacing?.overlap, now: job.now())[item] ?? []
            }
            journal.unresolved(open)
            await journal.release(item)
        }
    }

    /// Gives each item what it needs. Those in doubt wait for `settling`, and the others do not wait for them.
    private func work(on works: [ItemWork]) async {
        var (fresh, doubts): ([ItemWork], [ItemWork]) = ([], [])
        for work in works {
            switch work.need(replacing: job.replacing) {
            case .nothing: await skip(work)
            case .key: fresh.append(work)
            case .look: doubts.append(work)
            }
        }
        async let first: Void = concurrently(fresh, limit: job.concurrency) { [self] work in
            if let work = await claimed(work) { await begin(work) }
        }
        async let second: Void = resolve(doubts)
        _ = await (first, second)
        repeat {
            while let doubts = issue.takeDoubts() { await resolution.resolve(doubts) }
            await context.finishBackground()
        } while issue.hasDoubts
    }

    /// Claims an item, and returns it as it is now; `nil` if it cannot be worked on.
    private func claimed(_ work: ItemWork) async -> ItemWork? {
        var work = work
        if !journal.isStopped {
            switch await context.claim(&work) {
            case true?: return work
            case false?: break
            case nil:
                postponed.append(work)
                return nil
            }
        }
        await context.leave(work)
        return nil
    }

    /// Gives an item what it needs, now that it is claimed.
    private func begin(_ work: ItemWork) async {
        switch work.need(replacing: job.replacing) {
        case .nothing: await skip(work)
        case .key: await issue.create(work)
        case .look: issue.postpone(work)
        }
    }

    /// The item needs nothing.
    private func skip(_ work: ItemWork) async {
        journal.skipped(items[work.index].id)
        await context.done(work)
    }

    /// Claims items in doubt, all of them before the first look: their keys are found in one listing.
    private func resolve(_ works: [ItemWork]) async {
        let others = Locked<[ItemWork]>([])
        await concurrently(works, limit: job.concurrency) { [self] work in
            guard let work = await claimed(work) else { return }
            if case .look = work.need(replacing: job.replacing) {
                issue.postpone(work)
            } else {
                others.append(work)
            }
        }
        if let doubts = issue.takeDoubts() { await resolution.resolve(doubts) }
        await concurrently(others.withLock { $0 }, limit: job.concurrency) { [self] in await begin($0) }
    }

    /// Marks the items whose key is no longer listed, and leaves out those of which that cannot be told.
    private func withoutUnknown(_ works: [ItemWork]) async -> [ItemWork] {
        let presence = await job.presence(of: works, on: context.clock)
        return works.compactMap { work in
            if let error = presence.errors[work.index] {
                journal.failed(items[work.index].id, error)
                return nil
            }
            var work = work
            work.isMissing = presence.missing.contains(work.index)
            return work
        }
    }
}

extension Provisioning {
    /// Checks the input of a run before anything begins.
    func check(_ items: [Item]) throws(APIError) {
        var seen: Set<String> = []
        for item in items where !seen.insert(item.id).inserted {
            throw invalid("the IDs of items must differ; \(item.id) is there twice")
        }
        if let replacing, replacing.storedBefore > now() {
            throw invalid("storedBefore must not lie in the future: every run would replace every key")
        }
    }

    func invalid(_ reason: String) -> APIError {
        APIError(
            kind: .invalidRequest(reason), outcome: .notProcessed, provider: "Provisioning",
            operation: RunContext<Item>.operation)
    }

    /// What a ledger says of some items, and the markers of keys that may work and that are none of theirs.
    func read(_ items: [Item], in entries: [LedgerEntry]) -> (works: [ItemWork], rest: [String: [KeyMarker]]) {
        var reading = LedgerReading(entries)
        let works = items.enumerated().map { index, item in
            let ring = ring(item)
            return ItemWork(index: index, ring: ring, history: reading.remove(item.id, at: ring.place))
        }
        return (works, reading.rest(overlap: replacing?.overlap, now: now()))
    }
}
