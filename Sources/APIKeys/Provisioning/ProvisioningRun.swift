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
        run.journal.unresolved(rest)
        return try await run.run(works)
    }

    private func run(_ works: [ItemWork]) async throws -> ProvisioningReport {
        await work(on: job.replacing?.replacesMissing == true ? await withoutUnknown(works) : works)
        while let works = takePostponed() {
            // Somebody else works on these items: what is left of them is done when they are free.
            if !journal.isStopped {
                try? await context.clock.sleep(until: context.clock.elapsed() + .milliseconds(200))
            }
            await work(on: works)
        }
        await Retirement(context).run(context.takeLeftovers())
        return try journal.finish()
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
        let due = context.clock.elapsed() + job.settling
        async let first: Void = concurrently(fresh, limit: job.concurrency) { [self] work in
            if let work = await claimed(work) { await begin(work, lookAt: due) }
        }
        async let second: Void = resolve(doubts, at: due)
        _ = await (first, second)
        repeat {
            while let doubts = issue.takeDoubts() { await resolution.resolve(doubts) }
            await context.finishBackground()
        } while issue.hasDoubts
    }

    /// Claims an item.
    ///
    /// - Returns: The item as it is now; `nil` if it cannot be worked on.
    private func claimed(_ work: ItemWork) async -> ItemWork? {
        var work = work
        if !journal.isStopped {
            switch await context.claim(&work) {
            case true?: return work
            case false?: break
            case nil:
                postponed.withLock { [work] in $0.append(work) }
                return nil
            }
        }
        await context.leave(work)
        return nil
    }

    /// Gives an item what it needs, now that it is claimed.
    private func begin(_ work: ItemWork, lookAt due: Duration) async {
        switch work.need(replacing: job.replacing) {
        case .nothing: await skip(work)
        case .key: await issue.create(work)
        case .look: await look(for: [work], at: due)
        }
    }

    /// The item needs nothing.
    private func skip(_ work: ItemWork) async {
        journal.skipped(items[work.index].id)
        await context.done(work)
    }

    private func resolve(_ works: [ItemWork], at due: Duration) async {
        var (doubts, others): ([ItemWork], [ItemWork]) = ([], [])
        for work in works {
            guard let work = await claimed(work) else { continue }
            if case .look = work.need(replacing: job.replacing) { doubts.append(work) } else { others.append(work) }
        }
        await concurrently(others, limit: job.concurrency) { [self] in await begin($0, lookAt: due) }
        await look(for: doubts, at: due)
    }

    private func look(for works: [ItemWork], at due: Duration) async {
        await resolution.resolve(
            works.map { work in
                var work = work
                work.due = due
                return work
            })
    }

    private func takePostponed() -> [ItemWork]? {
        postponed.withLock { postponed in
            defer { postponed = [] }
            return postponed.isEmpty ? nil : postponed
        }
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

    /// What a ledger says of some items.
    ///
    /// - Returns: The items, and the markers of keys that may work and that are none of theirs.
    func read(_ items: [Item], in entries: [LedgerEntry]) -> (works: [ItemWork], rest: [KeyMarker]) {
        var reading = LedgerReading(entries)
        let works = items.enumerated().map { index, item in
            let ring = ring(item)
            return ItemWork(index: index, ring: ring, history: reading.remove(item.id, at: ring.place))
        }
        return (works, reading.rest(overlap: replacing?.overlap, now: now()))
    }
}
