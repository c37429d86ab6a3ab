import APIKeysTesting
import Foundation
import Testing

@testable import APIKeys

/// A job on a ledger that other workers use too.
@Suite(.timeLimit(.minutes(5))) struct SharedLedgerTests {
    private struct Item: ProvisioningItem {
        let id: String
        var label: String { "ci" }
    }

    /// A ring that tells a test of each request.
    private struct ToldRing: RevocableKeyRing {
        let ring: ModelRing
        var onCreate: @Sendable () async throws(APIError) -> Void = {}
        var onList: @Sendable () async -> Void = {}
        var onRevoke: @Sendable (RequestOptions) async throws(APIError) -> Void = { _ in }
        var place: String { ring.place }
        var clock: any Clock<Duration> { ring.clock }

        func create(label: String, options: RequestOptions) async throws(APIError) -> IssuedKey {
            try await onCreate()
            return try await ring.create(label: label, options: options)
        }

        func keys(options: RequestOptions) async throws(APIError) -> [ListedKey] {
            await onList()
            return try await ring.keys(options: options)
        }

        func revoke(id: String, options: RequestOptions) async throws(APIError) {
            try await onRevoke(options)
            try await ring.revoke(id: id, options: options)
        }
    }

    /// A ledger that tells a test of each claim.
    private struct ToldLedger: ProvisioningLedger {
        let session: SharedLedger.Session
        let onClaim: @Sendable (String) async -> Void
        let isShared = true

        func entries() -> [LedgerEntry] { session.entries() }
        func append(_ entry: LedgerEntry) async throws { try await session.append(entry) }
        func claim(_ item: String) async throws -> LedgerClaim {
            await onClaim(item)
            return try await session.claim(item)
        }
        func release(_ item: String) async { await session.release(item) }
    }

    /// A session that does not take the entry that a key was created.
    private struct DeafSession: ProvisioningLedger {
        let session: SharedLedger.Session
        let isShared = true
        var mayHold: Bool { session.mayHold }

        func entries() -> [LedgerEntry] { session.entries() }
        func append(_ entry: LedgerEntry) async throws {
            if entry.state == .created { throw MemoryLedger.Failure() }
            try await session.append(entry)
        }
        func claim(_ item: String) async throws -> LedgerClaim { try await session.claim(item) }
        func release(_ item: String) async { await session.release(item) }
        func confirm() throws { try session.confirm() }
    }

    private let ledger = SharedLedger()
    private let provider = ModelProvider(seed: 1, name: "shared", .init())

    private func items(_ count: Int) -> [Item] { (1...count).map { Item(id: "i\($0)") } }

    private var ring: ToldRing { ToldRing(ring: ModelRing(provider: provider, process: .init())) }

    private func job(
        _ ledger: any ProvisioningLedger, _ ring: ToldRing? = nil,
        verify: (@Sendable (Item, IssuedKey) async throws -> Void)? = nil
    ) -> Provisioning<Item> {
        let (ring, provider) = (ring ?? self.ring, provider)
        return Provisioning<Item>(
            ledger: ledger, concurrency: 4, ring: { _ in ring }, verify: verify,
            store: { try provider.store($1, for: $0.id, .init()) })
    }

    private func begun(_ item: String, place: String = "model") -> LedgerEntry {
        LedgerEntry(item: item, place: place, marker: .random(), state: .begun)
    }

    private func created() -> Int { provider.log.filter { $0.hasPrefix("exists") }.count }

    /// Every item has one key, and its secret is the stored one.
    private func expectOneKeyEach(_ items: [Item]) {
        #expect(Set(provider.stored.keys) == Set(items.map(\.id)))
        #expect(provider.live.count == items.count)
        #expect(Set(provider.live.map(\.secret)) == Set(provider.stored.values))
        #expect(provider.violations == [])
    }

    // MARK: - Claims

    @Test func workersThatMeetMakeOneKeyPerItem() async throws {
        let items = items(60)
        let jobs = (0..<4).map { _ in job(ledger.session()) }
        let reports = try await withThrowingTaskGroup(of: ProvisioningReport.self) { group in
            for job in jobs { group.addTask { try await job.run(items) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        for report in reports { #expect(report.stored.count + report.skipped.count == 60) }
        #expect(reports.map(\.stored.count).reduce(0, +) == 60)
        #expect(created() == 60)
        expectOneKeyEach(items)
    }

    /// An item that somebody else holds is visited again: its owner may have died.
    @Test func whatSomebodyElseHoldsIsVisitedAgain() async throws {
        let (other, visits) = (ledger.session(), Locked(0))
        _ = try await other.claim("i2")
        let told = ToldLedger(session: ledger.session()) { item in
            let count = visits.withLock { visits in
                visits += item == "i2" ? 1 : 0
                return visits
            }
            if count == 4 { await other.release("i2") }
        }
        let report = try await job(told).run(items(3))
        #expect(Set(report.stored) == ["i1", "i2", "i3"])
        #expect(visits.withLock { $0 } == 4)
        expectOneKeyEach(items(3))
    }

    /// What is stored needs no claim.
    @Test func whatIsStoredIsNotClaimed() async throws {
        _ = try await job(ledger.session()).run(items(5))
        let claims = Locked<[String]>([])
        let told = ToldLedger(session: ledger.session()) { item in claims.withLock { $0.append(item) } }
        #expect(try await job(told).run(items(5)).skipped.count == 5)
        #expect(claims.withLock { $0 } == [])
    }

    /// The request of a worker that has died may take effect for as long as `settling`, from its death on and not from
    /// the start of the heir's run.
    @Test(arguments: [false, true])
    func anHeirDoesNotLookBeforeTheLastRequestHasLanded(wasBegunLater: Bool) async throws {
        let (dead, visits, granted, looked) = (
            ledger.session(), Locked(0), Locked(Duration?.none), Locked(Duration?.none)
        )
        let clock = CallClock(provider.clock)
        _ = try await dead.claim("i1")
        if !wasBegunLater { try await dead.append(begun("i1")) }
        let told = ToldLedger(session: ledger.session()) { [provider] _ in
            let count = visits.withLock { visits in
                visits += 1
                return visits
            }
            guard count == 3 else { return }
            provider.clock.advance(by: .seconds(60))
            if wasBegunLater { try? await dead.append(begun("i1")) }
            await dead.release("i1")
            granted.withLock { $0 = clock.elapsed() }
        }
        var ring = ring
        ring.onList = { looked.withLock { $0 = $0 ?? clock.elapsed() } }
        #expect(try await job(told, ring).run(items(1)).stored == ["i1"])
        let (from, to) = (try #require(granted.withLock { $0 }), try #require(looked.withLock { $0 }))
        #expect(to - from >= .seconds(5))
        expectOneKeyEach(items(1))
    }

    @Test(arguments: [false, true])
    func openMarkersOfOthersAreUnresolvedUnlessSomebodyWorksOnThem(isHeld: Bool) async throws {
        let other = ledger.session()
        let (mine, elsewhere) = (begun("x"), begun("i1", place: "elsewhere"))
        for entry in [mine, elsewhere] { try await other.append(entry) }
        if isHeld { _ = try await other.claim("x") }
        let report = try await job(ledger.session()).run(items(1))
        #expect(Set(report.unresolved) == Set(isHeld ? [elsewhere.marker] : [elsewhere.marker, mine.marker]))
    }

    @Test func retiringAndTakingOverClaim() async throws {
        _ = try await job(ledger.session()).run(items(2))
        let other = ledger.session()
        _ = try await other.claim("i1")
        let report = try await job(ledger.session()).retire(items(2))
        #expect(report.retired == ["i2"])
        #expect((report.failed["i1"] as? APIError)?.kind == .conflict)
        let key = provider.add("by hand")
        let error = await #expect(throws: APIError.self) {
            try await job(ledger.session()).adopt(keyID: key.id, storedAt: .now - 60, for: items(1)[0])
        }
        #expect(error?.kind == .conflict)
    }

    /// Another worker takes the item when this one has listed its keys: what it does with them is its own business.
    @Test(arguments: [false, true])
    func whatSomebodyElseHasTakenMeanwhileIsNotSwept(isReplaced: Bool) async throws {
        _ = try await job(ledger.session()).run(items(1))
        let (provider, other, revokes) = (provider, ledger.session(), Locked(0))
        var ring = ring
        ring.onList = {
            guard case .granted? = try? await other.claim("i1"), isReplaced else { return }
            let entry = LedgerEntry(
                item: "i1", place: "model", marker: .random(), state: .stored, keyID: provider.add("by hand").id)
            try? await other.append(entry)
            await other.release("i1")
        }
        ring.onRevoke = { _ in revokes.withLock { $0 += 1 } }
        let toldRing = ring
        let job = Provisioning<Item>(
            ledger: ledger.session(), replacing: .init(storedBefore: .now), ring: { _ in toldRing },
            store: { try provider.store($1, for: $0.id, .init()) })
        #expect(try await job.run(items(1)).replaced == ["i1"])
        #expect(revokes.withLock { $0 } == 0)
    }

    // MARK: - A worker whose claims are gone

    private enum Point: CaseIterable { case begun, created, verified }

    /// Stopped for as long as another worker needs to do everything, a worker wakes up and touches nothing.
    @Test(arguments: Point.allCases)
    private func aWorkerThatSleptDoesNothing(point: Point) async throws {
        let (ledger, provider, number) = (ledger, provider, Locked(0))
        let others = job(ledger.session())
        let isOver = Locked(false)
        @Sendable func sleep() async {
            guard !isOver.withLock({ $0 }) else { return }
            isOver.withLock { $0 = true }
            ledger.end(number.withLock { $0 }, isNoticed: true)
            _ = try? await others.run(items(1))
        }
        let session = ledger.session(afterEach: {
            let last = ledger.all.last?.state
            if (point == .begun && last == .begun) || (point == .created && last == .created) { await sleep() }
        })
        number.withLock { $0 = session.number }
        let job = job(session, verify: point == .verified ? { @Sendable _, _ in await sleep() } : nil)
        await #expect(throws: (any Error).self) { try await job.run(items(1)) }
        #expect(isOver.withLock { $0 })
        #expect(provider.backwardStores == [])
        // The other one has created the only key, or found the first one.
        #expect(created() == 1)
        expectOneKeyEach(items(1))
    }

    /// The same if lists hold no secrets: the other worker's key is another one, and the first is revoked.
    @Test func aWorkerThatSleptDoesNotPutAnOldSecretOverANewOne() async throws {
        var faults = ModelProvider.Faults()
        faults.listHoldsSecrets = false
        let provider = ModelProvider(seed: 1, name: "shared", faults)
        let (ledger, number) = (ledger, Locked(0))
        @Sendable func job(
            _ ledger: SharedLedger.Session, verify: (@Sendable (Item, IssuedKey) async throws -> Void)? = nil
        ) -> Provisioning<Item> {
            Provisioning<Item>(
                ledger: ledger, ring: { _ in ModelRing(provider: provider, process: .init()) }, verify: verify,
                store: { try provider.store($1, for: $0.id, .init()) })
        }
        let session = ledger.session()
        number.withLock { $0 = session.number }
        let items = items(1)
        let sleeper = job(session) { _, _ in
            ledger.end(number.withLock { $0 }, isNoticed: true)
            _ = try await job(ledger.session()).run(items)
        }
        let error = await #expect(throws: SharedLedger.SessionIsOver.self) { try await sleeper.run(items) }
        #expect(error != nil)
        #expect(provider.violations == [])
        #expect(provider.stored["i1"] == provider.live.first?.secret)
        #expect(provider.live.count == 1)
    }

    /// A ledger that cannot say why still stops the run.
    @Test func claimsThatMayBeGoneAreAConflict() async throws {
        struct Doubtful: ProvisioningLedger {
            let isShared = true
            let mayHold = false
            func entries() -> [LedgerEntry] { [] }
            func append(_ entry: LedgerEntry) {}
        }
        let error = await #expect(throws: APIError.self) { try await job(Doubtful()).run(items(1)) }
        #expect(error?.kind == .conflict)
        #expect(created() == 0)
    }

    /// While an item waits, the server may have lost the session: nothing says so but a round trip.
    @Test func aCreateThatWaitedIsConfirmed() async throws {
        let (ledger, count) = (ledger, Locked(0))
        var ring = ring
        ring.onCreate = { () async throws(APIError) in
            count.withLock { $0 += 1 }
            ledger.end(nil, isNoticed: false)
            throw APIError(kind: .rateLimited, outcome: .notProcessed, provider: "Model", operation: "create")
        }
        await #expect(throws: SharedLedger.SessionIsOver.self) { try await job(ledger.session(), ring).run(items(1)) }
        #expect(count.withLock { $0 } == 1)
    }

    /// The server may have lost the session right behind its answer to the claim.
    @Test func aRevokeIsConfirmed() async throws {
        let (ledger, hasListed, revokes) = (ledger, Locked(false), Locked(0))
        _ = try await job(ledger.session()).run(items(1))
        var ring = ring
        ring.onList = { hasListed.withLock { $0 = true } }
        ring.onRevoke = { _ in revokes.withLock { $0 += 1 } }
        let (toldRing, provider) = (ring, provider)
        let session = ledger.session(afterEach: {
            if hasListed.withLock({ $0 }) { ledger.end(nil, isNoticed: false) }
        })
        let job = Provisioning<Item>(
            ledger: session, replacing: .init(storedBefore: .now), ring: { _ in toldRing },
            store: { try provider.store($1, for: $0.id, .init()) })
        await #expect(throws: SharedLedger.SessionIsOver.self) { try await job.run(items(1)) }
        #expect(revokes.withLock { $0 } == 0)
        #expect(provider.live.count == 2)
    }

    /// The client repeats nothing by itself: whoever has claimed the item meanwhile may have stored the key.
    @Test(arguments: [false, true])
    func aRevokeThatWaitedIsConfirmed(isOver: Bool) async throws {
        let (ledger, attempts) = (ledger, Locked<[RequestOptions]>([]))
        _ = try await job(ledger.session()).run(items(1))
        var ring = ring
        ring.onRevoke = { options throws(APIError) in
            let count = attempts.withLock { attempts in
                attempts.append(options)
                return attempts.count
            }
            guard count == 1 else { return }
            if isOver { ledger.end(nil, isNoticed: false) }
            throw APIError(kind: .rateLimited, outcome: .notProcessed, provider: "Model", operation: "revoke")
        }
        let (toldRing, provider) = (ring, provider)
        let job = Provisioning<Item>(
            ledger: ledger.session(), replacing: .init(storedBefore: .now), ring: { _ in toldRing },
            store: { try provider.store($1, for: $0.id, .init()) })
        if isOver {
            await #expect(throws: SharedLedger.SessionIsOver.self) { try await job.run(items(1)) }
        } else {
            #expect(try await job.run(items(1)).unresolved == [])
        }
        #expect(attempts.withLock { $0.map(\.retry) } == Array(repeating: .never, count: isOver ? 1 : 2))
        #expect(provider.live.count == (isOver ? 2 : 1))
    }

    /// What is not known to be in hand is not stored. It is revoked as long as the item is claimed, however late.
    @Test(arguments: [0, 60])
    func aKeyThatCannotBeRecordedIsNotStored(answerAfter seconds: Int) async throws {
        let memory = MemoryLedger(isShared: true)
        memory.fail(at: .created)
        var ring = ring
        ring.onCreate = { [provider] in provider.clock.advance(by: .seconds(seconds)) }
        await #expect(throws: MemoryLedger.Failure.self) { try await job(memory, ring).run(items(1)) }
        #expect(provider.stored.isEmpty)
        #expect(provider.live.isEmpty)
        memory.fail(at: nil)
        _ = try await job(memory).run(items(1))
        expectOneKeyEach(items(1))
    }

    /// Once the claim is gone, somebody else may adopt the key: it is left.
    @Test(arguments: [false, true])
    func aKeyThatCannotBeRecordedIsLeftToWhoeverHasTheItem(isStored: Bool) async throws {
        let (ledger, items, other) = (ledger, items(1), job(ledger.session()))
        let session = DeafSession(session: ledger.session())
        var ring = ring
        ring.onList = {
            ledger.end(session.session.number, isNoticed: false)
            if isStored { _ = try? await other.run(items) }
        }
        await #expect(throws: MemoryLedger.Failure.self) { try await job(session, ring).run(items) }
        #expect(provider.stored.count == (isStored ? 1 : 0))
        #expect(provider.live.count == 1)
        #expect(provider.violations == [])
        _ = try await job(ledger.session()).run(items)
        expectOneKeyEach(items)
    }

    // MARK: - The fencing token

    @Test func theNumberOfAStoredKeyRises() async throws {
        let numbers = Locked<[Int?]>([])
        let provider = provider
        @Sendable func job(_ replacing: KeyReplacement? = nil, place: String = "model") -> Provisioning<Item> {
            Provisioning<Item>(
                ledger: ledger.session(), replacing: replacing,
                ring: { _ in
                    var ring = FakeRing(provider: FakeProvider(), clock: provider.clock)
                    ring.place = place
                    return ring
                },
                store: { _, key in numbers.withLock { $0.append(key.sequence) } })
        }
        _ = try await job(place: "sandbox").run(items(1))
        _ = try await job().run(items(1))
        let marker = KeyMarker.random()
        for state in [LedgerEntry.State.begun, .failed] {
            try await ledger.session().append(LedgerEntry(item: "i1", place: "model", marker: marker, state: state))
        }
        _ = try await job(.init(storedBefore: .now)).run(items(1))
        #expect(numbers.withLock { $0 } == [1, 2, 4])
    }

    /// A key that was begun first, and is found after a newer one has been in hand, gets a number above it.
    @Test func aKeyThatIsAdoptedLateGetsANumberOfItsOwn() async throws {
        let old = provider.add("ci #0000old0")
        let session = ledger.session()
        let marker = try #require(KeyMarker(inLabel: old.label))
        try await session.append(LedgerEntry(item: "i1", place: "model", marker: marker, state: .begun))
        let newer = KeyMarker.random()
        for state in [LedgerEntry.State.begun, .created] {
            try await session.append(
                LedgerEntry(item: "i1", place: "model", marker: newer, state: state, keyID: "gone"))
        }
        let numbers = Locked<[Int?]>([])
        let ring = ring
        _ = try await Provisioning<Item>(
            ledger: session, ring: { _ in ring }, store: { _, key in numbers.withLock { $0.append(key.sequence) } }
        ).run(items(1))
        #expect(numbers.withLock { $0 } == [3])
    }
}
