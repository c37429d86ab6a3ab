import Foundation

/// What the parts of a run share.
final class RunContext<Item: ProvisioningItem>: Sendable {
    let job: Provisioning<Item>
    let items: [Item]
    let clock: CallClock
    let pace: Pace
    let journal: ProvisioningJournal
    /// The items whose key is stored, and beside which others are known.
    private let leftovers = Locked<[ItemWork]>([])
    /// Keys that are verified: an item waits for that without a place in the pace.
    private let background = Locked<[Task<Void, Never>]>([])
    /// A key that this run has created, by its place.
    private let known = Locked<[String: (marker: KeyMarker, id: String)]>([:])

    static var operation: String { "provision" }

    init(
        _ job: Provisioning<Item>, _ items: [Item], clock: any Clock<Duration>,
        emit: (@Sendable (ProvisioningEvent) -> Void)?
    ) {
        self.job = job
        self.items = items
        let clock = CallClock(clock)
        self.clock = clock
        pace = Pace(limit: job.concurrency, clock: clock)
        journal = ProvisioningJournal(
            ledger: job.ledger, failureBudget: job.failureBudget, total: items.count, clock: clock, emit: emit)
    }

    // MARK: - The ledger

    /// Appends an entry of one of the item's keys, and says whether it is durable.
    @discardableResult
    func append(
        _ state: LedgerEntry.State, _ marker: KeyMarker, keyID: String? = nil, _ work: inout ItemWork
    ) async -> Bool {
        let entry = LedgerEntry(
            item: items[work.index].id, place: work.place, marker: marker, state: state, keyID: keyID,
            overlap: state == .begun ? overlap(of: work) : nil, at: job.now())
        guard await journal.append(entry) else { return false }
        work.add(entry)
        return true
    }

    /// How long the keys that a new one replaces go on working: a run that replaces none takes over what the ledger
    /// holds.
    private func overlap(of work: ItemWork) -> TimeInterval? {
        job.replacing.map { $0.overlap / .seconds(1) } ?? work.history.overlap
    }

    /// Claims an item, and takes in what another run has done with it meanwhile.
    ///
    /// - Returns: Whether the item may be worked on; `nil` if somebody else does.
    func claim(_ work: inout ItemWork) async -> Bool? {
        switch await journal.claim(items[work.index].id) {
        case nil: return false
        case .held: return nil
        case .granted(let entries):
            if let entries { work.replaceHistory(by: entries) }
            work.isClaimed = true
            return true
        }
    }

    func release(_ work: ItemWork) async {
        if work.isClaimed { await journal.release(items[work.index].id) }
    }

    // MARK: - The end of an item

    /// The item's key is stored.
    func done(_ work: ItemWork) async {
        await release(work)
        guard work.hasLeftovers else { return }
        var work = work
        work.isClaimed = false
        leftovers.append(work)
    }

    /// The item failed. If keys of it may work, the error names them.
    func fail(_ work: ItemWork, _ error: APIError) async {
        let doubts = work.history.begun + work.history.maybeInUse
        guard let key = doubts.last else { return await failed(work, error) }
        let secret = work.guesses[key.marker]
        await failed(work, error.unresolved(key.marker, keyIDs: doubts.compactMap(\.keyID), secret: secret))
    }

    /// The item failed for a reason of the user's own, or one that says all there is to say.
    func failed(_ work: ItemWork, _ error: any Error) async {
        journal.failed(items[work.index].id, error)
        await release(work)
    }

    /// Gives up an item for this run.
    func leave(_ work: ItemWork) async {
        if let error = work.error { return await fail(work, error) }
        journal.notTried(items[work.index].id)
        await release(work)
    }

    /// The provider does not accept the credential.
    func reject(_ work: ItemWork, _ error: APIError) async {
        journal.rejected(items[work.index].id, error)
        await release(work)
    }

    /// The items beside whose key others are known.
    func takeLeftovers() -> [ItemWork] { leftovers.takeAll() ?? [] }

    // MARK: - Revoking

    /// Revokes keys as a list shows them, and says whether all of them are gone.
    func revoke(_ listed: [ListedKey], in ring: any RevocableKeyRing) async -> Bool {
        var areGone = true
        for key in listed {
            do throws(RevokeFailure) {
                // A worker that claims the item from now on looks when this has taken effect.
                guard await journal.holds(forCertain: true) else { return false }
                try await revoke(key.id, in: ring)
            } catch {
                areGone = false
            }
        }
        return areGone
    }

    /// Revokes a key. If the ledger is shared, each further attempt asks first whether the item is still claimed:
    /// another worker may have stored the key meanwhile.
    ///
    /// - Throws: ``RevokeFailure``, unless the key is gone.
    func revoke(
        _ id: String, settling: Duration = .zero, in ring: any RevocableKeyRing
    ) async throws(RevokeFailure) {
        var options = job.options
        let policy = options.retry ?? .default
        if job.ledger.isShared { options.retry = .never }
        var retries = 0
        while true {
            do throws(RevokeFailure) {
                return try await ring.revokeForCertain(id, settling: settling, options: options)
            } catch {
                guard job.ledger.isShared, retries < policy.maxRetries,
                    error.error.kind == .rateLimited || error.error.status == 503,
                    let pause = policy.delay(
                        beforeRetry: retries, hint: error.error.retryAfter, random: { .random(in: $0) })
                else { throw error }
                retries += 1
                try? await clock.sleep(until: clock.elapsed() + pause)
                guard !Task.isCancelled, await journal.holds(forCertain: true) else { throw error }
            }
        }
    }

    // MARK: - Time

    /// How long an item waits before it is asked for again.
    func pause(after waits: Int) -> Duration { Patience.pause(after: waits, first: .milliseconds(250)) }

    func runInBackground(_ task: Task<Void, Never>) { background.append(task) }

    /// Waits for what runs in the background.
    func finishBackground() async {
        while let task = background.withLock({ $0.popLast() }) { await task.value }
    }

    // MARK: - What a list proves

    /// Remembers a key that was just created.
    func created(_ marker: KeyMarker, _ id: String?, at place: String) {
        if let id { known.withLock { $0[place] = (marker, id) } }
    }

    /// Whether a key that is not found in a list by its marker is not there: not if the provider lists a key of this
    /// run without its marker.
    func provesAbsence(_ keys: [ListedKey], at place: String) -> Bool {
        guard let known = known.withLock({ $0[place] }) else { return true }
        return keys.first { $0.hasID(known.id) }.map { $0.marker == known.marker } ?? true
    }
}
