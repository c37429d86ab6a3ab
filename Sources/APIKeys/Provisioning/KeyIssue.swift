/// Gives an item its key: creates it, verifies it, and has it stored.
struct KeyIssue<Item: ProvisioningItem>: Sendable {
    private let context: RunContext<Item>
    private let creation: RequestOptions
    /// The items whose answers this run has lost.
    private let doubts = Locked<[ItemWork]>([])

    init(_ context: RunContext<Item>) {
        self.context = context
        var creation = context.job.options
        creation.retry = .never
        self.creation = creation
    }

    private var journal: ProvisioningJournal { context.journal }
    private var pace: Pace { context.pace }

    var hasDoubts: Bool { doubts.withLock { !$0.isEmpty } }

    func takeDoubts() -> [ItemWork]? { doubts.takeAll() }

    /// Puts an item aside whose keys have to be looked for, once `settling` has passed from now on: another worker may
    /// just have sent a request for it.
    func postpone(_ work: ItemWork) {
        var work = work
        work.due = context.clock.elapsed() + context.job.settling
        doubts.append(work)
    }

    // MARK: - Create

    /// Creates a key, and asks again for as long as the server refuses with 429.
    func create(_ work: ItemWork) async {
        var work = work
        let item = context.items[work.index]
        let marker = KeyMarker.random()
        do throws(APIError) {
            try work.ring.checkLength(
                of: item.label, with: marker, creates: 1, operation: RunContext<Item>.operation)
        } catch {
            return await context.fail(work, error)
        }
        var (hasBegun, hasWaited) = (false, false)
        while !journal.isStopped, let round = await pace.enter() {
            // While the item waited for its turn, the run may have been stopped.
            guard !journal.isStopped else {
                pace.leave()
                break
            }
            if !hasBegun {
                if !work.hasStarted { journal.send(.started, item.id) }
                work.hasStarted = true
                hasBegun = await context.append(.begun, marker, &work)
            }
            guard hasBegun, !journal.isStopped, await journal.holds(forCertain: hasWaited) else {
                pace.leave()
                break
            }
            let result = await work.ring.attemptCreate(marker.label(item.label), creation)
            if case .issued = result { pace.succeeded() } else { pace.failed() }
            pace.leave()
            switch result {
            case .issued(let key):
                context.created(marker, key.id, at: work.place)
                return await keep(key, marker, isOurs: true, work)
            case .inDoubt(let error):
                slowDown(after: error, round)
                work.doubts.insert(marker)
                work.guesses[marker] = error.recoveredSecret
                work.error = error
                return postpone(work)
            case .refused(let error):
                slowDown(after: error, round)
                if error.kind == .rateLimited, !pace.isStalled {
                    try? await context.clock.sleep(until: context.clock.elapsed() + context.pause(after: work.waits))
                    work.waits += 1
                    hasWaited = true
                    continue
                }
                await context.append(.failed, marker, &work)
                switch error.kind {
                case .cancelled: return await context.leave(work)
                case .unauthorized: return await context.reject(work, error)
                default: return await context.fail(work, error)
                }
            }
        }
        if hasBegun { await context.append(.failed, marker, &work) }
        await context.leave(work)
    }

    private func slowDown(after error: APIError, _ round: Int) {
        guard error.kind == .rateLimited || error.status == 503,
            let limit = pace.refused(round, retryAfter: error.retryAfter)
        else { return }
        journal.send(.throttled(to: limit), message: error.message)
    }

    // MARK: - Verify and store

    /// Has a key stored that is in hand, also if the run was cancelled. One that was found may be in a reader's hands.
    func keep(_ issued: IssuedKey, _ marker: KeyMarker, isOurs: Bool, _ work: ItemWork) async {
        // A new task: it does not inherit the cancellation.
        let task = Task { await store(issued, marker, isOurs: isOurs, work) }
        if context.job.verify == nil { await task.value } else { context.runInBackground(task) }
    }

    private func store(_ issued: IssuedKey, _ marker: KeyMarker, isOurs: Bool, _ work: ItemWork) async {
        var (work, issued) = (work, issued)
        let (job, item) = (context.job, context.items[work.index])
        if !work.hasStarted { journal.send(.started, item.id) }
        journal.send(isOurs ? .created : .adopted, item.id)
        if work.history.sequence(of: marker) == nil {
            guard await context.append(.begun, marker, keyID: issued.id, &work) else {
                return await context.leave(work)
            }
        }
        issued.sequence = work.history.sequence(of: marker)
        // What is not known to the ledger must not get into a reader's hands: the next run would revoke it.
        guard await context.append(.created, marker, keyID: issued.id, &work) else {
            if isOurs { await revokeUnknown(issued, work) }
            return await context.leave(work)
        }
        if let verify = job.verify {
            do {
                try await repeated(within: job.verifyTimeout, on: work.ring.clock, isolation: nil) {
                    try await verify(item, issued)
                }
                journal.send(.verified, item.id)
            } catch {
                if isOurs, let listed = await listed(issued, in: work.ring),
                    await context.revoke([listed], in: work.ring)
                {
                    await context.append(.revoked, marker, &work)
                }
                return await context.failed(work, error)
            }
        }
        // Whoever has claimed the item meanwhile may have stored a newer key.
        guard await journal.holds() else { return await context.leave(work) }
        do {
            try await job.store(item, issued)
        } catch {
            return await context.failed(work, error)
        }
        guard await context.append(.stored, marker, keyID: issued.id, &work) else { return await context.leave(work) }
        journal.stored(item.id, replaced: work.isReplacement)
        await context.done(work)
    }

    // MARK: - Revoke

    /// Revokes what was found and never in hand, but for a key that is adopted.
    func revokeUnused(except adopted: (issued: IssuedKey, marker: KeyMarker)? = nil, _ work: inout ItemWork) async {
        let found = work.found.filter { $0.key.state == .begun || $0.key.marker == adopted?.marker }
        work.found = []
        for (key, listed) in found where journal.canLook {
            guard key.marker == adopted?.marker else {
                guard await context.revoke(listed, in: work.ring) else { continue }
                await context.append(.revoked, key.marker, keyID: listed.count == 1 ? listed[0].id : nil, &work)
                continue
            }
            // Further keys under the marker of the one that is adopted: the ledger has to know them by themselves.
            for twin in listed where !twin.hasID(adopted?.issued.id ?? "") {
                let name = KeyMarker.random()
                guard await context.append(.begun, name, keyID: twin.id, &work) else { return }
                if await context.revoke([twin], in: work.ring) {
                    await context.append(.revoked, name, keyID: twin.id, &work)
                }
            }
        }
    }

    /// Revokes a key that was just created, and of which the ledger does not know that it was in hand. Once the claim
    /// is gone, the key is left: the ledger knows it as begun, and another worker may have stored it.
    private func revokeUnknown(_ issued: IssuedKey, _ work: ItemWork) async {
        guard let listed = await listed(issued, in: work.ring), await journal.isClaimed else { return }
        var options = context.job.options
        // Once: a retry may come when somebody else has stored the key.
        if context.job.ledger.isShared { options.retry = .never }
        _ = try? await work.ring.revokeForCertain(listed.id, settling: .zero, options: options)
    }

    /// A key that was just created, as the list spells it, or as the answer does if the list does not hold it.
    private func listed(_ issued: IssuedKey, in ring: any RevocableKeyRing) async -> ListedKey? {
        let keys = try? await ring.keys(within: context.job.settling, options: context.job.options) {
            $0.listing(of: issued) != nil
        }
        return keys?.listing(of: issued) ?? issued.id.map { ListedKey(id: $0, label: issued.label) }
    }
}
