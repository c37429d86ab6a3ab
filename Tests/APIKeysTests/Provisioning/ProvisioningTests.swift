import APIKeysTesting
import Foundation
import Testing

@testable import APIKeys

@Suite(.timeLimit(.minutes(5))) struct ProvisioningTests {
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
        _ provider: FakeProvider? = nil, concurrency: Int = 4, failureBudget: Int? = nil,
        store: (@Sendable (String, IssuedKey) async throws -> Void)? = nil
    ) -> Provisioning<Item> {
        let ring = FakeRing(provider: provider ?? self.provider, clock: clock)
        return Provisioning(
            ledger: ledger, concurrency: concurrency, failureBudget: failureBudget,
            ring: { _ in ring },
            store: { [vault] item, key in
                try await store?(item.id, key)
                vault.put(key.secret, item.id)
            })
    }

    /// Every item has one key that works, and its secret is the stored one; nothing else works.
    private func expectOneKeyEach(_ items: [Item], at provider: FakeProvider? = nil) {
        let alive = (provider ?? self.provider).keys.map(\.secret)
        #expect(vault.secrets.keys.sorted() == items.map(\.id).sorted())
        #expect(alive.count == items.count)
        #expect(Set(alive) == Set(vault.secrets.values))
    }

    private func states(_ item: String) -> [LedgerEntry.State] {
        ledger.all.filter { $0.item == item }.map(\.state)
    }

    // MARK: - Without mishaps

    @Test func createsAndStoresAKeyForEachItem() async throws {
        let items = items(20)
        let report = try await job().run(items)
        #expect(report.stored.sorted() == items.map(\.id).sorted())
        #expect(report.skipped == [] && report.failed.isEmpty && report.notTried == [] && report.unresolved == [])
        expectOneKeyEach(items)
        #expect(provider.log.count == 20)
        for item in items { #expect(states(item.id) == [.begun, .created, .stored]) }
        #expect(ledger.all.filter { $0.state == .stored }.allSatisfy { $0.keyID != nil && $0.place == "fake" })
    }

    @Test func aSecondRunSkipsEverything() async throws {
        let items = items(5)
        _ = try await job().run(items)
        let report = try await job().run(items)
        #expect(report.skipped == items.map(\.id))
        #expect(report.stored == [])
        #expect(provider.log.count == 5)
    }

    @Test func theEntryIsDurableBeforeTheCreate() async throws {
        let (provider, ledger) = (provider, ledger)
        let created = Locked(0)
        let job = Provisioning<Item>(
            ledger: ledger, ring: { _ in FakeRing(provider: provider) },
            store: { item, _ in
                #expect(ledger.all.contains { $0.item == item.id && $0.state == .created })
                created.withLock { $0 += 1 }
            })
        ledger.onAppend { entry in
            if entry.state == .begun {
                #expect(!provider.keys.contains { $0.listed.label?.contains(entry.marker.description) == true })
            }
        }
        _ = try await job.run(items(10))
        #expect(created.withLock { $0 } == 10)
    }

    @Test func twoItemsOfOneIDBeginNothing() async throws {
        let error = await #expect(throws: APIError.self) { try await job().run(items(3) + items(1)) }
        #expect(error?.kind == .invalidRequest("the IDs of items must differ; i1 is there twice"))
        #expect(provider.log == [])
        #expect(ledger.all == [])
    }

    @Test func noItemsAreAReport() async throws {
        #expect(try await job().run([]).stored == [])
    }

    @Test func itCreatesWithoutRetries() async throws {
        struct Ring: RevocableKeyRing {
            var place: String { "" }
            func create(label: String, options: RequestOptions) async throws(APIError) -> IssuedKey {
                #expect(options.retry == .never)
                #expect(options.timeout == .seconds(7))
                return IssuedKey(id: "1", label: label, secret: Secret(label))
            }
            func keys(options: RequestOptions) async throws(APIError) -> [ListedKey] { [] }
            func revoke(id: String, options: RequestOptions) async throws(APIError) {}
        }
        let options = RequestOptions(timeout: .seconds(7), retry: .default)
        let job = Provisioning<Item>(ledger: ledger, options: options, ring: { _ in Ring() }, store: { _, _ in })
        #expect(try await job.run(items(1)).stored == ["i1"])
    }

    // MARK: - Lost answers

    @Test(arguments: [true, false])
    func lostKeysAreAdoptedOrReplaced(_ listHoldsSecrets: Bool) async throws {
        let provider = FakeProvider(listHoldsSecrets: listHoldsSecrets)
        provider.script(creates: [.isLost, .succeeds, .isDropped, .isUnreadable, .isRecovered])
        let items = items(8)
        let report = try await job(provider).run(items)
        #expect(report.stored.count == 8)
        #expect(report.unresolved == [])
        expectOneKeyEach(items, at: provider)
        // One look for all three, and one more for the request that was never carried out.
        #expect(provider.log.filter { $0 == "list" }.count == 2)
        #expect(clock.skippedSleeps.filter { $0 == .seconds(5) }.count == 1)
    }

    @Test func aKeyThatTurnsUpAfterTheLookIsRevoked() async throws {
        provider.script(creates: [.isLate(listings: 1)])
        let report = try await job().run(items(1))
        #expect(report.stored == ["i1"])
        expectOneKeyEach(items(1))
        #expect(states("i1") == [.begun, .begun, .created, .stored, .revoked])
    }

    @Test func aKeyThatTurnsUpAfterTheRunIsRevokedByTheNext() async throws {
        provider.script(creates: [.isLate(listings: 2)])
        _ = try await job().run(items(1))
        #expect(provider.keys.count == 2)
        let report = try await job().run(items(1))
        #expect(report.skipped == ["i1"])
        expectOneKeyEach(items(1))
        // Nothing is left to look for.
        let calls = provider.log.count
        _ = try await job().run(items(1))
        #expect(provider.log.count == calls)
    }

    /// Each look shows that nothing was created: the item goes on until nothing has succeeded for two minutes.
    @Test func anItemWhoseRequestsAreAllLostFailsAfterTwoMinutes() async throws {
        provider.script(creates: Array(repeating: .isDropped, count: 99))
        let report = try await job().run(items(1))
        let error = try #require(report.failed["i1"] as? APIError)
        #expect(error.outcome == .unknown)
        #expect(error.unresolved != nil)
        let creates = provider.log.filter { $0.hasPrefix("create") }.count
        #expect((4...24).contains(creates))
        #expect(provider.log.filter { $0 == "list" }.count == creates)
        #expect((120...150).contains(clock.skippedSleeps.reduce(.zero, +) / .seconds(1)))
    }

    @Test func requestsThatAreLostOnTheWayAreSentAgain() async throws {
        provider.script(creates: Array(repeating: .isDropped, count: 9))
        let report = try await job().run(items(1))
        #expect(report.stored == ["i1"])
        expectOneKeyEach(items(1))
    }

    /// Keys that exist, and whose secrets nobody holds, are not created without end.
    @Test func anItemWhoseAnswersAreAllLostFailsAfterThreeKeys() async throws {
        let provider = FakeProvider(listHoldsSecrets: false)
        provider.script(creates: Array(repeating: .isUnreadable, count: 9))
        let report = try await job(provider).run(items(1))
        #expect((report.failed["i1"] as? APIError)?.kind == .decoding)
        #expect(provider.log.filter { $0.hasPrefix("create") }.count == 3)
        #expect(provider.ids == [])
    }

    @Test func aListThatMayNotBeReadLeavesTheDoubt() async throws {
        provider.script(creates: [.isLost], lists: [.fails(.forbidden)])
        let report = try await job(concurrency: 1).run(items(2))
        #expect(report.stored == ["i2"])
        let error = try #require(report.failed["i1"] as? APIError)
        #expect(error.kind == .forbidden)
        #expect(error.outcome == .unknown)
        #expect((error.underlying as? UnresolvedKey)?.marker == ledger.all.first?.marker)
        #expect(states("i1") == [.begun])
        let next = try await job().run(items(2))
        #expect(next.stored == ["i1"])
        expectOneKeyEach(items(2))
    }

    @Test func aServerErrorIsADoubt() async throws {
        provider.script(creates: [.fails(.server, .unknown)])
        let report = try await job().run(items(1))
        #expect(report.stored == ["i1"])
        #expect(states("i1") == [.begun, .begun, .created, .stored])
    }

    // MARK: - After a crash

    /// Lets the ledger hold what a crash leaves, and the provider what the requests have done.
    private func crash(_ provider: FakeProvider, _ states: [[LedgerEntry.State]], creates: Bool = true) -> [Item] {
        for (index, states) in states.enumerated() {
            let marker = KeyMarker.random()
            let id = creates ? provider.add(marker.label("ci")).listed.id : nil
            for state in states {
                ledger.add(
                    LedgerEntry(
                        item: "i\(index + 1)", place: "fake", marker: marker, state: state,
                        keyID: state == .begun ? nil : id))
            }
        }
        return items(states.count)
    }

    @Test(arguments: [true, false])
    func theNextRunAdoptsOrReplaces(_ listHoldsSecrets: Bool) async throws {
        let provider = FakeProvider(listHoldsSecrets: listHoldsSecrets)
        let items = crash(provider, [[.begun], [.begun, .created]])
        let report = try await job(provider).run(items)
        #expect(report.stored.sorted() == ["i1", "i2"])
        expectOneKeyEach(items, at: provider)
        // Once more, if they were replaced: the new key is looked for before the old one is revoked.
        #expect(provider.log.filter { $0 == "list" }.count == (listHoldsSecrets ? 1 : 2))
        #expect(provider.log.filter { $0.hasPrefix("create") }.count == (listHoldsSecrets ? 0 : 2))
        #expect(clock.skippedSleeps == [.seconds(5)])
    }

    /// Readers may have the one that was in hand.
    @Test func aKeyThatMayBeInUseIsAdoptedBeforeAnother() async throws {
        let markers = [KeyMarker.random(), .random()]
        for marker in markers {
            provider.add(marker.label("ci"))
            ledger.add(LedgerEntry(item: "i1", place: "fake", marker: marker, state: .begun))
        }
        ledger.add(LedgerEntry(item: "i1", place: "fake", marker: markers[0], state: .created))
        #expect(try await job().run(items(1)).stored == ["i1"])
        expectOneKeyEach(items(1))
        #expect(provider.ids == ["k1"])
    }

    @Test func theOldKeyIsRevokedOnlyOnceTheNewOneIsStored() async throws {
        let provider = FakeProvider(listHoldsSecrets: false)
        let items = crash(provider, [[.begun, .created]])
        let report = try await job(provider, store: { _, _ in throw VaultError() }).run(items)
        #expect(report.failed["i1"] is VaultError)
        #expect(provider.keys.count == 2)
        _ = try await job(provider).run(items)
        expectOneKeyEach(items, at: provider)
    }

    @Test func aThousandDoubtsCostOneListing() async throws {
        let items = crash(provider, Array(repeating: [.begun], count: 1000))
        let report = try await job(concurrency: 64).run(items)
        #expect(report.stored.count == 1000)
        #expect(provider.log == ["list"])
        expectOneKeyEach(items)
    }

    @Test func eachPlaceIsListedOnce() async throws {
        let items = crash(provider, Array(repeating: [.begun], count: 10), creates: false)
        let (ledger, provider, clock) = (MemoryLedger(), provider, clock)
        for (index, entry) in self.ledger.all.enumerated() {
            var entry = entry
            entry.place = index < 5 ? "a" : "b"
            ledger.add(entry)
        }
        let places = Dictionary(uniqueKeysWithValues: ledger.all.map { ($0.item, $0.place) })
        let job = Provisioning<Item>(
            ledger: ledger,
            ring: { item in
                FakeRing(
                    provider: provider, place: places[item.id] ?? "",
                    clock: clock)
            }, store: { _, _ in })
        #expect(try await job.run(items).stored.count == 10)
        // Each place once for the doubts, and once more at the end, since no key was found.
        #expect(provider.log.filter { $0 == "list" }.count == 4)
    }

    @Test func theOthersDoNotWaitForTheDoubts() async throws {
        let items = crash(provider, [[.begun]]) + [Item(id: "i2")]
        let clock = TestClock()
        let (provider, ledger, stored) = (provider, ledger, Signal())
        let job = Provisioning<Item>(
            ledger: ledger,
            ring: { _ in FakeRing(provider: provider, clock: clock) },
            store: { item, _ in if item.id == "i2" { stored.set() } })
        async let report = job.run(items)
        await stored.wait()
        await clock.waitForSleepers()
        #expect(!provider.log.contains("list"))
        clock.advance(by: .seconds(5))
        #expect(try await report.stored == ["i2", "i1"])
    }

    @Test func keysOfItemsThatAreGoneAreUnresolved() async throws {
        _ = crash(provider, [[.begun], [.begun, .failed], [.begun, .created, .stored]])
        let report = try await job().run([Item(id: "i9")])
        #expect(report.stored == ["i9"])
        #expect(report.unresolved == [try #require(ledger.all.first?.marker)])
    }

    @Test func keysAtAnotherPlaceAreUnresolved() async throws {
        ledger.add(LedgerEntry(item: "i1", place: "elsewhere", marker: .random(), state: .begun))
        let report = try await job().run(items(1))
        #expect(report.stored == ["i1"])
        #expect(report.unresolved == [try #require(ledger.all.first?.marker)])
    }

    @Test func whatCannotBeRevokedIsUnresolved() async throws {
        let provider = FakeProvider(listHoldsSecrets: false)
        provider.script(creates: [.isLost], revokes: [.fails(.forbidden), .fails(.forbidden)])
        let report = try await job(provider).run(items(1))
        #expect(report.stored == ["i1"])
        #expect(report.unresolved == [try #require(ledger.all.first?.marker)])
        let next = try await job(provider).run(items(1))
        #expect(next.unresolved == [])
        expectOneKeyEach(items(1), at: provider)
    }

    @Test func aSweepThatCannotListSaysSo() async throws {
        provider.script(creates: [.isDropped], lists: [.succeeds, .fails(.forbidden)])
        let report = try await job().run(items(1))
        #expect(report.stored == ["i1"])
        #expect(report.unresolved == [try #require(ledger.all.first?.marker)])
    }

    // MARK: - Failures

    @Test func oneFailureStopsNobody() async throws {
        provider.script(creates: [.fails(.forbidden)])
        let report = try await job(concurrency: 1).run(items(5))
        #expect(report.stored == ["i2", "i3", "i4", "i5"])
        #expect((report.failed["i1"] as? APIError)?.kind == .forbidden)
        #expect(states("i1") == [.begun, .failed])
        let next = try await job().run(items(5))
        #expect(next.stored == ["i1"])
        expectOneKeyEach(items(5))
    }

    @Test(arguments: [(0, 1), (1, 1), (3, 3)])
    func theBudgetStopsTheRest(_ budget: Int, _ failures: Int) async throws {
        provider.script(creates: Array(repeating: .fails(.forbidden), count: 20))
        let report = try await job(concurrency: 1, failureBudget: budget).run(items(20))
        #expect(report.failed.count == failures)
        #expect(report.notTried.count == 20 - failures)
        #expect(provider.log.count == failures)
    }

    @Test func afterTheBudgetDoubtsAreNotTried() async throws {
        let doubts = crash(provider, [[.begun]])
        provider.script(creates: [.fails(.forbidden), .fails(.forbidden)])
        let report = try await job(concurrency: 1, failureBudget: 1).run(doubts + [Item(id: "i2"), Item(id: "i3")])
        #expect(report.failed.keys.sorted() == ["i2"])
        #expect(report.notTried.sorted() == ["i1", "i3"])
    }

    @Test func aStoreThatThrowsRevokesNothing() async throws {
        let report = try await job(store: { _, _ in throw VaultError() }).run(items(2))
        #expect(report.failed.count == 2)
        #expect(report.failed["i1"] is VaultError)
        #expect(provider.keys.count == 2)
        #expect(states("i1") == [.begun, .created])
        let next = try await job().run(items(2))
        #expect(next.stored.sorted() == ["i1", "i2"])
        expectOneKeyEach(items(2))
    }

    @Test func aLabelThatDoesNotFitFails() async throws {
        struct Ring: RevocableKeyRing {
            var place: String { "" }
            var provider: String { "Fake" }
            var maximumLabelLength: Int? { 11 }
            func create(label: String, options: RequestOptions) async throws(APIError) -> IssuedKey {
                throw FakeProvider.error("create", .server, .unknown)
            }
            func keys(options: RequestOptions) async throws(APIError) -> [ListedKey] { [] }
            func revoke(id: String, options: RequestOptions) async throws(APIError) {}
        }
        let job = Provisioning<Item>(ledger: ledger, ring: { _ in Ring() }, store: { _, _ in })
        let report = try await job.run(items(1))
        #expect(
            (report.failed["i1"] as? APIError)?.kind
                == .invalidRequest("label must have at most 1 characters, as its marker takes 10 of 11; it has 2"))
        #expect(ledger.all == [])
    }

    @Test(arguments: [LedgerEntry.State.begun, .created, .stored])
    func aLedgerThatFailsStopsTheRun(_ state: LedgerEntry.State) async throws {
        ledger.fail(at: state)
        await #expect(throws: MemoryLedger.Failure.self) { try await job(concurrency: 1).run(items(5)) }
        #expect(provider.log.filter { $0.hasPrefix("create") }.count == (state == .begun ? 0 : 1))
        // What the ledger does not know is not stored, and does not stay.
        #expect(vault.secrets.count == (state == .stored ? 1 : 0))
        #expect(provider.keys.count == (state == .stored ? 1 : 0))
        ledger.fail(at: nil)
        _ = try await job().run(items(5))
        expectOneKeyEach(items(5))
    }

    // MARK: - Pace

    @Test func a429IsCreatedAgain() async throws {
        provider.script(creates: Array(repeating: .fails(.rateLimited), count: 3))
        let report = try await job(concurrency: 1).run(items(2))
        #expect(report.stored == ["i1", "i2"])
        #expect(states("i1") == [.begun, .created, .stored])
        #expect(provider.log.count == 5)
        #expect(clock.skippedSleeps == [.milliseconds(250), .milliseconds(500), .seconds(1)])
    }

    @Test func retryAfterHoldsEverybody() async throws {
        let clock = TestClock()
        let provider = provider
        provider.script(creates: [.fails(.rateLimited, .notProcessed, retryAfter: .seconds(30))])
        let job = Provisioning<Item>(
            ledger: ledger, concurrency: 1,
            ring: { _ in FakeRing(provider: provider, clock: clock) },
            store: { _, _ in })
        let items = items(5)
        async let report = job.run(items)
        await clock.waitForSleepers()
        clock.advance(by: .seconds(29))
        await clock.waitForSleepers()
        #expect(provider.log.count == 1)
        clock.advance(by: .seconds(1))
        #expect(try await report.stored.count == 5)
    }

    @Test func anEndless429Fails() async throws {
        provider.script(creates: Array(repeating: .fails(.rateLimited), count: 101))
        let report = try await job().run(items(1))
        #expect((report.failed["i1"] as? APIError)?.kind == .rateLimited)
        #expect(states("i1") == [.begun, .failed])
    }

    @Test func eventsTellEachStep() async throws {
        provider.script(creates: [.fails(.rateLimited), .isLost, .fails(.forbidden)])
        var texts: [String] = []
        var last: ProvisioningEvent.Progress?
        for try await event in job(concurrency: 1).events(for: items(3)) {
            switch event.kind {
            case .failed(let error): texts.append("failed \((error as? APIError)?.status ?? 0)")
            case .finished(let report): texts.append("finished \(report.stored.count)")
            default: texts.append("\(event.kind)" + (event.item.map { " \($0)" } ?? ""))
            }
            last = event.progress
        }
        #expect(
            texts == [
                "started i1", "throttled(to: 1)", "started i2", "failed 0", "started i3", "created i3", "stored i3",
                "adopted i1", "stored i1", "finished 2",
            ])
        #expect(last?.done == 2 && last?.failed == 1 && last?.total == 3)
    }

    // MARK: - Cancellation

    @Test func aCancelledRunStoresTheKeyInHand() async throws {
        let provider = provider
        provider.script(creates: [.succeeds, .cancels(then: .succeeds)])
        let job = job(concurrency: 1, store: { _, _ in try Task.checkCancellation() })
        let begins = Signal()
        let task = Task {
            await begins.wait()
            return try await job.run(items(5))
        }
        provider.onCancel { task.cancel() }
        begins.set()
        await #expect(throws: CancellationError.self) { try await task.value }
        expectOneKeyEach(items(2))
        #expect(ledger.all.count == 6)
        _ = try await job.run(items(5))
        expectOneKeyEach(items(5))
    }

    @Test func cancellingTheIterationCancelsTheRun() async throws {
        let job = job(concurrency: 1)
        let begins = Signal()
        let task = Task {
            await begins.wait()
            var stored = 0
            for try await event in job.events(for: items(5)) {
                if case .stored = event.kind { stored += 1 }
            }
            return stored
        }
        provider.script(creates: [.cancels(then: .succeeds)])
        provider.onCancel { task.cancel() }
        begins.set()
        await #expect(throws: CancellationError.self) { try await task.value }
        expectOneKeyEach(items(1))
    }

    @Test func droppingTheIterationCancelsTheRun() async throws {
        let (isDropped, isStored) = (Signal(), Signal())
        let job = job(
            concurrency: 1,
            store: { item, _ in
                guard item == "i2" else { return }
                await isDropped.wait()
                isStored.set()
            })
        for try await event in job.events(for: items(100)) {
            if case .created = event.kind, event.item == "i2" { break }
        }
        isDropped.set()
        await isStored.wait()
        // The key in hand is stored, and nothing more begins.
        while !states("i2").contains(.stored) { await Task.yield() }
        for _ in 0..<100 { await Task.yield() }
        #expect(vault.secrets.keys.sorted() == ["i1", "i2"])
        #expect(states("i3") == [])
    }

    // MARK: - Scale

    /// 5 % of 429: each one is sent again, and nothing else is.
    @Test func aLargeRunSendsNoMoreThanItMust() async throws {
        let creates = (0..<2105).map { $0 % 20 == 7 ? FakeProvider.Create.fails(.rateLimited) : .succeeds }
        let refused = creates.indices.filter { $0 % 20 == 7 }.count
        provider.script(creates: creates)
        let items = items(2000)
        let report = try await job(concurrency: 64).run(items)
        #expect(report.stored.count == 2000)
        expectOneKeyEach(items)
        #expect(provider.log.count == 2000 + refused)
    }
}
