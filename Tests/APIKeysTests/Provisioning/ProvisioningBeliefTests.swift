import APIKeysTesting
import Foundation
import Testing

@testable import APIKeys

/// What a job believes: a ledger, a status, a hint, a list, a label, a body.
@Suite(.timeLimit(.minutes(5))) struct ProvisioningBeliefTests {
    private struct Item: ProvisioningItem {
        let id: String
        var label: String { "ci" }
    }

    private let provider = FakeProvider()
    private let ledger = MemoryLedger()
    private let vault = MemoryVault()
    private let clock = TestClock(skippingSleepsUpTo: .seconds(9))

    private func items(_ count: Int) -> [Item] { (1...count).map { Item(id: "i\($0)") } }

    private func job(
        _ ring: (any RevocableKeyRing)? = nil, ledger: (any ProvisioningLedger)? = nil, concurrency: Int = 4,
        failureBudget: Int? = nil,
        store: (@Sendable (String, IssuedKey) async throws -> Void)? = nil
    ) -> Provisioning<Item> {
        let ring = ring ?? FakeRing(provider: provider, clock: clock)
        return Provisioning(
            ledger: ledger ?? self.ledger, concurrency: concurrency, failureBudget: failureBudget,
            ring: { _ in ring },
            store: { [vault] item, key in
                try await store?(item.id, key)
                vault.put(key.secret, item.id)
            })
    }

    private func expectOneKeyEach(_ items: [Item], at provider: FakeProvider? = nil) {
        let alive = (provider ?? self.provider).keys.map(\.secret)
        #expect(vault.secrets.keys.sorted() == items.map(\.id).sorted())
        #expect(alive.count == items.count)
        #expect(Set(alive) == Set(vault.secrets.values))
    }

    private func fileLedger() throws -> (FileLedger, URL) {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return (try FileLedger(folder.appending(path: "ledger")), folder)
    }

    // MARK: - The ledger

    /// Leaving the events in the middle, running again at once, a store that fails, and a third run: the item's key
    /// stays.
    @Test func aRunThatWasLeftIsWaitedFor() async throws {
        let (ledger, folder) = try fileLedger()
        defer { try? FileManager.default.removeItem(at: folder) }
        let (isLeft, count) = (Signal(), Locked(0))
        let job = job(
            ledger: ledger, concurrency: 1,
            store: { _, _ in
                let number = count.withLock { count in
                    count += 1
                    return count
                }
                if number == 1 { await isLeft.wait() } else { throw VaultError() }
            })
        for try await event in job.events(for: items(1)) {
            if case .created = event.kind { break }
        }
        async let second = job.run(items(1))
        for _ in 0..<100 { await Task.yield() }
        isLeft.set()
        #expect(try await second.skipped == ["i1"])
        #expect(try await job.run(items(1)).skipped == ["i1"])
        expectOneKeyEach(items(1))
    }

    @Test func twoRunsAtOnceMakeOneKeyPerItem() async throws {
        let (ledger, folder) = try fileLedger()
        defer { try? FileManager.default.removeItem(at: folder) }
        let items = items(50)
        let job = job(ledger: ledger, store: { _, _ in await Task.yield() })
        async let first = job.run(items)
        async let second = job.run(items.reversed())
        let reports = try await [first, second]
        for report in reports { #expect(report.stored.count + report.skipped.count == 50) }
        #expect(reports.map(\.stored.count).reduce(0, +) == 50)
        expectOneKeyEach(items)
        #expect(try await job.run(items).skipped.count == 50)
    }

    @Test func whatWasStoredElsewhereCountsForNothing() async throws {
        var sandbox = FakeRing(provider: FakeProvider(), clock: clock)
        sandbox.place = "sandbox"
        _ = try await job(sandbox).run(items(3))
        let report = try await job().run(items(3))
        #expect(report.stored.count == 3)
        expectOneKeyEach(items(3))
        #expect(try await job(sandbox).run(items(3)).skipped.count == 3)
    }

    @Test(arguments: [false, true])
    func aLedgerThatIsReplacedStopsTheRun(_ isReplaced: Bool) async throws {
        let (ledger, folder) = try fileLedger()
        defer { try? FileManager.default.removeItem(at: folder) }
        let url = folder.appending(path: "ledger")
        let job = job(
            ledger: ledger, concurrency: 1,
            store: { item, _ in
                guard item == "i2" else { return }
                let contents = try Data(contentsOf: url)
                try FileManager.default.removeItem(at: url)
                if isReplaced { try contents.write(to: url) }
            })
        let error = await #expect(throws: FileLedgerError.self) { try await job.run(items(300)) }
        #expect(error?.reason == .replaced)
        #expect(provider.log.filter { $0.hasPrefix("create") }.count == 2)
    }

    @Test func theRingOfAnItemIsAskedForOnce() async throws {
        let (provider, clock, count) = (provider, clock, Locked(0))
        provider.script(creates: [.isLost, .isDropped, .fails(.rateLimited)])
        let job = Provisioning<Item>(
            ledger: ledger,
            ring: { _ in
                count.withLock { $0 += 1 }
                return FakeRing(provider: provider, clock: clock)
            }, store: { _, _ in })
        #expect(try await job.run(items(5)).stored.count == 5)
        #expect(count.withLock { $0 } == 5)
    }

    // MARK: - Statuses and hints

    /// A token that was revoked in mid-run: the first item that it fails for has the error, and the rest is not tried.
    @Test func aRejectedCredentialEndsTheRun() async throws {
        provider.script(creates: [.succeeds, .succeeds] + Array(repeating: .fails(.unauthorized), count: 99))
        let report = try await job(failureBudget: 20).run(items(50))
        #expect(report.stored.count == 2)
        #expect(report.failed.count == 1)
        #expect((report.failed.values.first as? APIError)?.kind == .unauthorized)
        #expect(report.notTried.count == 47)
        #expect(provider.log.count <= 6)
        #expect(
            try await {
                provider.script(); return try await job().run(items(50)).stored.count
            }() == 48)
        expectOneKeyEach(items(50))
    }

    @Test func aCredentialThatIsRejectedForTheListEndsTheRun() async throws {
        provider.script(creates: [.isLost], lists: Array(repeating: .fails(.unauthorized), count: 9))
        let report = try await job(concurrency: 1).run(items(1))
        #expect((report.failed["i1"] as? APIError)?.kind == .unauthorized)
    }

    /// `Retry-After: 0`, and a date in the past, are no reason to ask without a pause.
    @Test(arguments: [Duration.zero, .seconds(-5), .milliseconds(1)])
    func aHintIsAFloorUnderThePause(_ hint: Duration) async throws {
        provider.script(creates: Array(repeating: .fails(.rateLimited, retryAfter: hint), count: 5))
        let report = try await job(concurrency: 1).run(items(1))
        #expect(report.stored == ["i1"])
        #expect(provider.log.count == 6)
        let waited = clock.skippedSleeps.reduce(.zero, +)
        #expect(waited >= .milliseconds(250 + 500 + 1000 + 2000 + 4000))
    }

    /// nginx limits a rate with 503. A look shows that nothing was created, and the items go on.
    @Test func a503AsARateLimitFailsNobody() async throws {
        let creates = (0..<200).map {
            $0 % 5 == 0 ? FakeProvider.Create.succeeds : .fails(.server, .unknown, status: 503)
        }
        provider.script(creates: creates)
        let report = try await job(concurrency: 16).run(items(40))
        #expect(report.stored.count == 40)
        #expect(report.failed.isEmpty)
        expectOneKeyEach(items(40))
    }

    @Test func a429ThatNeverEndsIsGivenUpAfterTwoMinutes() async throws {
        provider.script(
            creates: Array(repeating: .fails(.rateLimited, message: "quota of 10 keys used up"), count: 999))
        var messages: [String?] = []
        var report = ProvisioningReport()
        for try await event in job(concurrency: 1, failureBudget: 3).events(for: items(10)) {
            if case .throttled = event.kind { messages.append(event.message) }
            if case .finished(let last) = event.kind { report = last }
        }
        #expect(messages.first == "quota of 10 keys used up")
        #expect(report.failed.count == 3)
        #expect(report.notTried.count == 7)
        // The first item waits for two minutes, and the others do not wait again.
        let waited = clock.skippedSleeps.reduce(.zero, +)
        #expect(waited >= .seconds(120) && waited < .seconds(140))
        #expect(provider.log.count < 30)
    }

    @Test func aSuccessBetweenStartsTheTwoMinutesAnew() async throws {
        let creates = (0..<60).map { $0 % 12 == 11 ? FakeProvider.Create.succeeds : .fails(.rateLimited) }
        provider.script(creates: creates)
        let report = try await job(concurrency: 1).run(items(5))
        #expect(report.stored.count == 5)
    }

    /// Nobody else has the marker: somebody on the way has sent the request twice.
    @Test(arguments: [true, false])
    func aConflictUnderTheMarkerIsADoubt(_ listHoldsSecrets: Bool) async throws {
        let provider = FakeProvider(listHoldsSecrets: listHoldsSecrets)
        provider.script(creates: [.creates(then: .fails(.conflict))])
        let report = try await job(FakeRing(provider: provider)).run(items(1))
        #expect(report.stored == ["i1"])
        expectOneKeyEach(items(1), at: provider)
    }

    // MARK: - Bodies, lists and labels

    /// The text of a maintenance page is not the key, although a member of it is named like one.
    @Test(arguments: [true, false])
    func aBogusSecretIsNotStored(_ listHoldsSecrets: Bool) async throws {
        let provider = FakeProvider(listHoldsSecrets: listHoldsSecrets)
        var bogus = FakeProvider.error("create", .decoding, .processed)
        bogus.recoveredSecret = Secret("try again later")
        provider.script(creates: [.throws(bogus)])
        let report = try await job(FakeRing(provider: provider)).run(items(1))
        #expect(report.stored == ["i1"])
        expectOneKeyEach(items(1), at: provider)
    }

    @Test func theListsSecretIsStored() async throws {
        provider.script(creates: [.isGuessed(Secret("v2"))])
        #expect(try await job().run(items(1)).stored == ["i1"])
        expectOneKeyEach(items(1))
    }

    /// The provider changes labels: the item is stored, and the key that is not found is named.
    @Test(arguments: LabelChange.allCases, [true, false])
    func aKeyThatALabelHidesIsUnresolved(_ change: LabelChange, _ listHoldsSecrets: Bool) async throws {
        let provider = FakeProvider(listHoldsSecrets: listHoldsSecrets)
        provider.script(creates: [.isLost, .succeeds])
        let ring = RelistingRing(provider: provider) { key in
            ListedKey(id: key.id, label: change.apply(key.label ?? ""), secret: key.secret)
        }
        let report = try await job(ring, concurrency: 1).run(items(1))
        #expect(report.stored == ["i1"])
        #expect(report.unresolved == [try #require(ledger.all.first?.marker)])
        #expect(provider.ids == ["k1", "k2"])
        #expect(vault.secrets["i1"] == Secret("secret-2"))
        // It stays named until somebody has seen to it.
        #expect(try await job(ring).run(items(1)).skipped == ["i1"])
    }

    /// Of two keys under one marker, nobody knows whose secret was read.
    @Test func aSecretThatMayBeOneOfTwoKeysIsNotStored() async throws {
        let provider = FakeProvider(listHoldsSecrets: false)
        provider.script(creates: [.creates(then: .isRecovered)])
        #expect(try await job(FakeRing(provider: provider, clock: clock)).run(items(1)).stored == ["i1"])
        expectOneKeyEach(items(1), at: provider)
        #expect(provider.ids == ["k3"])
    }

    /// The ledger knows whose key it is by its ID, whatever marker its label has.
    @Test func anItemsOwnKeyIsNotSweptUnderAnotherMarker() async throws {
        let marker = KeyMarker.random()
        let key = provider.add(marker.label("ci"))
        vault.put(key.secret, "i1")
        ledger.add(LedgerEntry(item: "i1", place: "fake", marker: marker, state: .begun))
        ledger.add(LedgerEntry(item: "i1", place: "fake", marker: .random(), state: .stored, keyID: key.listed.id))
        #expect(try await job().run(items(1)).skipped == ["i1"])
        expectOneKeyEach(items(1))
    }

    /// Two keys under one marker, of which one cannot be revoked: the ledger does not forget it.
    @Test func aTwinThatCannotBeRevokedIsRevokedByTheNextRun() async throws {
        provider.script(
            creates: [.creates(then: .isLost)], revokes: [.fails(.forbidden), .fails(.forbidden)])
        let report = try await job().run(items(1))
        #expect(report.stored == ["i1"])
        #expect(provider.keys.count == 2)
        #expect(report.unresolved.count == 1)
        let next = try await job().run(items(1))
        #expect(next.skipped == ["i1"])
        #expect(next.unresolved == [])
        expectOneKeyEach(items(1))
    }

    @Test func whatIsNotFoundForADayIsClosed() async throws {
        ledger.add(LedgerEntry(item: "i1", place: "fake", marker: .random(), state: .begun, at: .now - 90_000))
        #expect(try await job().run(items(1)).stored == ["i1"])
        let count = provider.log.count
        #expect(try await job().run(items(1)).skipped == ["i1"])
        #expect(provider.log.count == count)
    }
}
