/// One run of a ``Provisioning``.
final class ProvisioningRun<Item: ProvisioningItem>: Sendable {
    /// An item that may have keys already.
    private struct Doubt: Sendable {
        let index: Int
        /// The keys that may exist, oldest first.
        var open: [OpenKey] = []
        /// How many keys this run may have created for the item.
        var creates = 0
        /// When they can be looked for.
        var due = Duration.zero
        /// Why the last create is in doubt; `nil` for a doubt of an earlier run.
        var error: APIError?
    }

    /// A key that was looked for and found.
    private struct Finding: Sendable {
        let key: OpenKey
        let listed: ListedKey
    }

    private let job: Provisioning<Item>
    private let items: [Item]
    private let creation: RequestOptions
    private let clock: CallClock
    private let random: @Sendable (ClosedRange<Double>) -> Double
    private let pace: Pace
    private let journal: ProvisioningJournal
    private let leftovers: Leftovers<Item>
    /// The items whose answers this run has lost.
    private let doubts = Locked<[Doubt]>([])

    private static var operation: String { "provision" }
    /// How many keys a run may create for an item whose answers are lost.
    private static var maximumCreates: Int { 3 }
    /// How often an item may be refused with 429 before it fails.
    private static var maximumRefusals: Int { 100 }

    init(_ job: Provisioning<Item>, _ items: [Item], emit: (@Sendable (ProvisioningEvent) -> Void)?) {
        self.job = job
        self.items = items
        var creation = job.options
        creation.retry = .never
        self.creation = creation
        let configuration = items.first.map { job.ring($0).configuration } ?? ClientConfiguration()
        clock = CallClock(configuration.clock)
        random = configuration.random
        pace = Pace(limit: job.concurrency, clock: clock)
        journal = ProvisioningJournal(
            ledger: job.ledger, failureBudget: job.failureBudget, total: items.count, clock: clock, emit: emit)
        leftovers = Leftovers(job, items, journal)
    }

    func run() async throws -> ProvisioningReport {
        try checkIDs()
        let (fresh, doubts) = sorted(LedgerSummary(try await job.ledger.entries()))
        // The doubts of earlier runs wait for `settling`, and the other items do not wait for them.
        async let first: Void = concurrently(fresh, limit: job.concurrency) { [self] in
            await provision(Doubt(index: $0))
        }
        async let second: Void = resolve(doubts)
        _ = await (first, second)
        while let doubts = takeDoubts() { await resolve(doubts) }
        await leftovers.sweep()
        return try journal.finish()
    }

    private func checkIDs() throws(APIError) {
        var seen: Set<String> = []
        for item in items where !seen.insert(item.id).inserted {
            throw APIError(
                kind: .invalidRequest("the IDs of items must differ; \(item.id) is there twice"),
                outcome: .notProcessed, provider: "Provisioning", operation: Self.operation)
        }
    }

    /// What is left to do, by what the ledger says.
    private func sorted(_ summary: LedgerSummary) -> (fresh: [Int], doubts: [Doubt]) {
        var (summary, fresh, doubts) = (summary, [Int](), [Doubt]())
        for (index, item) in items.enumerated() {
            let record = summary.remove(item.id)
            if record.isStored {
                leftovers.add(record.open, of: index)
                journal.skipped(item.id)
            } else if record.open.isEmpty {
                fresh.append(index)
            } else {
                doubts.append(Doubt(index: index, open: record.open, due: job.settling))
            }
        }
        journal.unresolved(summary.records.values.flatMap(\.open).map(\.marker))
        return (fresh, doubts)
    }

    private func takeDoubts() -> [Doubt]? {
        doubts.withLock { doubts in
            defer { doubts = [] }
            return doubts.isEmpty ? nil : doubts
        }
    }

    // MARK: - One item

    /// Creates and stores a key, and asks again for as long as the server refuses with 429.
    ///
    /// - Parameters:
    ///   - doubt: The item.
    ///   - found: Keys of the item that are revoked once the new one is stored.
    private func provision(_ doubt: Doubt, replacing found: [Finding] = []) async {
        let (ring, label) = (job.ring(items[doubt.index]), items[doubt.index].label)
        let key = OpenKey(marker: .random(), place: ring.place)
        do throws(APIError) {
            try ring.checkLength(of: label, with: key.marker, creates: 1, operation: Self.operation)
        } catch {
            return fail(doubt, error)
        }
        var refusals = 0
        while !journal.isStopped, let ticket = await pace.enter() {
            // While the item waited for its turn, the run may have been stopped.
            guard !journal.isStopped else {
                pace.leave()
                break
            }
            let pause = await create(key, in: ring, for: doubt, replacing: found, ticket, refusals: refusals)
            pace.leave()
            guard let pause else { return }
            refusals += 1
            try? await clock.sleep(until: clock.elapsed() + pause)
        }
        if refusals > 0 { await journal.append(.failed, items[doubt.index].id, key) }
        leave(doubt)
    }

    /// Creates and stores a key, or learns why not.
    ///
    /// - Returns: After which pause to ask again; `nil` if the item is done with.
    private func create(
        _ key: OpenKey, in ring: any RevocableKeyRing, for doubt: Doubt, replacing found: [Finding],
        _ ticket: Pace.Ticket, refusals: Int
    ) async -> Duration? {
        let item = items[doubt.index]
        do throws(APIError) {
            if refusals == 0 {
                if doubt.creates == 0 { journal.send(.started, item.id) }
                guard await journal.append(.begun, item.id, key) else { return nil }
            }
            guard !journal.isStopped else {
                await journal.append(.failed, item.id, key)
                leave(doubt)
                return nil
            }
            let issued = try await ring.create(label: key.marker.label(item.label), options: creation)
            pace.succeeded()
            await keep(issued, key, .created, for: doubt, replacing: found)
        } catch {
            if let secret = error.recoveredSecret {
                let issued = IssuedKey(id: nil, label: key.marker.label(item.label), secret: secret)
                await keep(issued, key, .created, for: doubt, replacing: found)
                return nil
            }
            if error.kind == .rateLimited || error.status == 503,
                let limit = pace.refused(ticket, retryAfter: error.retryAfter)
            {
                journal.send(.throttled(to: limit))
            }
            if error.outcome != .notProcessed {
                var doubt = doubt
                doubt.open.append(key)
                doubt.creates += 1
                doubt.due = clock.elapsed() + job.settling
                doubt.error = error
                doubts.withLock { [doubt] in $0.append(doubt) }
            } else if error.kind == .rateLimited, refusals < Self.maximumRefusals {
                // Everybody waits for a `Retry-After`; without one, the refused item alone.
                return error.retryAfter == nil ? pause(after: refusals) : .zero
            } else {
                await journal.append(.failed, item.id, key)
                if error.kind == .cancelled { leave(doubt) } else { fail(doubt, error) }
            }
        }
        return nil
    }

    private func pause(after refusals: Int) -> Duration {
        let longest = min(Duration.milliseconds(250) * (1 << min(refusals, 5)), .seconds(8))
        return longest * min(max(random(0.5...1), 0), 1)
    }

    /// Stores a key that is in hand, also if the run was cancelled, and revokes those that it replaces.
    private func keep(
        _ issued: IssuedKey, _ key: OpenKey, _ kind: ProvisioningEvent.Kind, for doubt: Doubt,
        replacing found: [Finding]
    ) async {
        let item = items[doubt.index]
        // A new task: it does not inherit the cancellation.
        let isStored = await Task { [job, journal] in
            journal.send(kind, item.id)
            var key = key
            key.keyID = issued.id
            await journal.append(.created, item.id, key)
            do {
                try await job.store(item, issued)
            } catch {
                journal.failed(item.id, error)
                return false
            }
            return await journal.append(.stored, item.id, key)
        }.value
        guard isStored else { return }
        leftovers.add(doubt.open.filter { $0.marker != key.marker }, of: doubt.index)
        journal.stored(item.id)
        guard !found.isEmpty, !Task.isCancelled else { return }
        let ring = job.ring(item)
        for other in found { await leftovers.revoke(other.listed, other.key, of: doubt.index, in: ring) }
    }

    // MARK: - Doubts

    /// Waits until the doubts are due, looks for their keys, and gives each item the one that it lacks.
    private func resolve(_ doubts: [Doubt]) async {
        guard let due = doubts.map(\.due).max() else { return }
        if !journal.isStopped { try? await clock.sleep(until: due) }
        guard !journal.isStopped else {
            for doubt in doubts { leave(doubt) }
            return
        }
        let groups = ListingGroup.grouped(doubts) { job.ring(items[$0.index]) }
        let found = Locked<[(Doubt, [Finding])]>([])
        await concurrently(groups, limit: job.concurrency) { [self] group in
            do throws(APIError) {
                let listing = Listing(try await group.ring.keys(options: job.options))
                let results = group.members.map { look(for: $0, at: group.ring.place, in: listing) }
                found.withLock { $0 += results }
            } catch {
                for doubt in group.members { if Task.isCancelled { leave(doubt) } else { fail(doubt, error) } }
            }
        }
        await concurrently(found.withLock { $0 }, limit: job.concurrency) { [self] in await settle($0, $1) }
    }

    private func look(for doubt: Doubt, at place: String, in listing: Listing) -> (Doubt, [Finding]) {
        let (here, elsewhere) = doubt.open.partitioned { $0.place == place }
        // The item's key belongs to another place now. What is left at the old one is named.
        journal.unresolved(elsewhere.map(\.marker))
        var doubt = doubt
        doubt.open = here
        return (doubt, here.flatMap { key in listing[key.marker].map { Finding(key: key, listed: $0) } })
    }

    /// Adopts a key that was found with its secret, or creates one in place of those that were found.
    private func settle(_ doubt: Doubt, _ found: [Finding]) async {
        guard let adopted = found.last(where: { $0.listed.secret != nil }), let secret = adopted.listed.secret else {
            if doubt.creates < Self.maximumCreates { return await provision(doubt, replacing: found) }
            return leave(doubt)
        }
        guard !journal.isStopped, await pace.enter() != nil else { return leave(doubt) }
        let (item, listed) = (items[doubt.index], adopted.listed)
        if doubt.creates == 0 { journal.send(.started, item.id) }
        let issued = IssuedKey(
            id: listed.id, label: listed.label ?? item.label, secret: secret, createdAt: listed.createdAt)
        await keep(issued, adopted.key, .adopted, for: doubt, replacing: found.filter { $0.listed.id != listed.id })
        pace.leave()
    }

    /// Gives up an item for this run.
    private func leave(_ doubt: Doubt) {
        if let error = doubt.error {
            fail(doubt, error)
        } else {
            journal.notTried(items[doubt.index].id)
        }
    }

    private func fail(_ doubt: Doubt, _ error: APIError) {
        var error = error
        if let key = doubt.open.last {
            error.underlying = UnresolvedKey(
                marker: key.marker, keyIDs: doubt.open.compactMap(\.keyID), underlying: error)
            error.outcome = .unknown
        }
        journal.failed(items[doubt.index].id, error)
    }
}
