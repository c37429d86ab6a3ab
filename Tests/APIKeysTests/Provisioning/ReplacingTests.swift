import APIKeysTesting
import Foundation
import Testing

@testable import APIKeys

/// Keys that are replaced, taken over and retired.
@Suite(.timeLimit(.minutes(5))) struct ReplacingTests {
    private struct Item: ProvisioningItem {
        let id: String
        var label: String { "ci" }
    }

    private let ledger = MemoryLedger()
    private let vault = MemoryVault()
    private let clock = TestClock(skippingSleepsUpTo: .seconds(9))
    private let day = Locked(0.0)
    private let start = Date(timeIntervalSince1970: 1_800_000_000)

    private var now: Date { start + day.withLock { $0 } * 86400 }

    private func items(_ count: Int) -> [Item] { (1...count).map { Item(id: "i\($0)") } }

    private func job(
        _ provider: FakeProvider, replacing: KeyReplacement? = nil, concurrency: Int = 4,
        verify: (@Sendable (Item, IssuedKey) async throws -> Void)? = nil,
        store: (@Sendable (String, IssuedKey) async throws -> Void)? = nil
    ) -> Provisioning<Item> {
        let ring = FakeRing(
            provider: provider, clock: clock)
        var job = Provisioning<Item>(
            ledger: ledger, concurrency: concurrency, replacing: replacing, ring: { _ in ring }, verify: verify,
            store: { [vault] item, key in
                try await store?(item.id, key)
                vault.put(key.secret, item.id)
            })
        job.now = { [day, start] in start + day.withLock { $0 } * 86400 }
        return job
    }

    /// What everybody reads works, and nothing else does but what overlaps.
    private func expect(_ provider: FakeProvider, overlapping count: Int = 0) {
        let alive = Set(provider.keys.map(\.secret))
        #expect(Set(vault.secrets.values).isSubset(of: alive))
        #expect(alive.count == vault.secrets.count + count)
    }

    private func wait(days: Double) { day.withLock { $0 += days } }

    // MARK: - Replacing

    @Test(arguments: [true, false])
    func keysThatAreOldAreReplacedWithAnOverlap(_ listHoldsSecrets: Bool) async throws {
        let provider = FakeProvider(listHoldsSecrets: listHoldsSecrets)
        _ = try await job(provider).run(items(3))
        wait(days: 100)
        _ = try await job(provider).run(items(4))
        let first = vault.secrets
        let replacing = KeyReplacement(storedBefore: now - 90 * 86400, overlap: .seconds(86400))

        let plan = try await job(provider, replacing: replacing).plan(for: items(5))
        #expect(plan == ProvisioningPlan(create: ["i5"], replace: ["i1", "i2", "i3"], keep: ["i4"]))
        let report = try await job(provider, replacing: replacing).run(items(4))
        #expect(report.replaced.sorted() == ["i1", "i2", "i3"])
        #expect(report.skipped == ["i4"])
        #expect(report.overlapping.map(\.item).sorted() == ["i1", "i2", "i3"])
        #expect(report.overlapping.allSatisfy { $0.until == now + 86400 && $0.keyID != nil })
        for item in ["i1", "i2", "i3"] { #expect(vault.secrets[item] != first[item]) }
        expect(provider, overlapping: 3)

        // Nothing is replaced twice, and the old keys stay until their time is over: also without `replacing`.
        wait(days: 0.5)
        for replacing in [replacing, nil] {
            let report = try await job(provider, replacing: replacing).run(items(4))
            #expect(report.skipped.count == 4)
            #expect(report.overlapping.count == 3)
        }
        wait(days: 0.6)
        #expect(try await job(provider).plan(for: items(4)).revoke.sorted() == ["i1", "i2", "i3"])
        let last = try await job(provider).run(items(4))
        #expect(last.skipped.count == 4)
        #expect(last.overlapping == [])
        expect(provider)
        let calls = provider.log.count
        _ = try await job(provider).run(items(4))
        #expect(provider.log.count == calls)
    }

    @Test func withoutAnOverlapTheOldKeysGoAtTheEndOfTheRun() async throws {
        let provider = FakeProvider(listHoldsSecrets: false)
        _ = try await job(provider).run(items(20))
        wait(days: 1)
        let report = try await job(provider, replacing: .init(storedBefore: now)).run(items(20))
        #expect(report.replaced.count == 20)
        expect(provider)
        // One listing for all.
        #expect(provider.log.filter { $0 == "list" }.count == 1)
    }

    @Test func aRunsOwnOverlapWins() async throws {
        let provider = FakeProvider()
        _ = try await job(provider).run(items(1))
        wait(days: 1)
        _ = try await job(provider, replacing: .init(storedBefore: now, overlap: .seconds(86400))).run(items(1))
        expect(provider, overlapping: 1)
        _ = try await job(provider, replacing: .init(storedBefore: start, overlap: .zero)).run(items(1))
        expect(provider)
    }

    @Test func storedBeforeMustNotLieInTheFuture() async throws {
        let provider = FakeProvider()
        let job = job(provider, replacing: .init(storedBefore: now + 1))
        for error in [
            await #expect(throws: APIError.self) { try await job.run(items(1)) },
            await #expect(throws: APIError.self) { try await job.plan(for: items(1)) },
        ] {
            guard case .invalidRequest(let reason) = error?.kind else { Issue.record(); continue }
            #expect(reason.hasPrefix("storedBefore"))
        }
        #expect(provider.log == [])
    }

    /// A clock that was wrong: the key was stored in the future.
    @Test func aKeyOfTheFutureIsNotDue() async throws {
        let provider = FakeProvider()
        wait(days: 10)
        _ = try await job(provider).run(items(1))
        wait(days: -10)
        #expect(try await job(provider, replacing: .init(storedBefore: now)).run(items(1)).skipped == ["i1"])
    }

    // MARK: - Believing

    /// Somebody has revoked the new key: the old one may be what works, and stays.
    @Test func aPredecessorStaysIfTheItemsKeyIsNotListed() async throws {
        let provider = FakeProvider()
        _ = try await job(provider).run(items(1))
        wait(days: 1)
        _ = try await job(provider, replacing: .init(storedBefore: now, overlap: .seconds(60))).run(items(1))
        try await provider.revoke("k2")
        wait(days: 1)
        let report = try await job(provider).run(items(1))
        #expect(report.skipped == [])
        #expect((report.failed["i1"] as? APIError)?.kind == .notFound)
        #expect(provider.ids == ["k1"])
        // Looked for once more, since a list may lag.
        #expect(clock.skippedSleeps == [.seconds(5)])
    }

    @Test func aListThatMayNotBeReadLeavesEverything() async throws {
        let provider = FakeProvider()
        _ = try await job(provider).run(items(1))
        wait(days: 1)
        _ = try await job(provider, replacing: .init(storedBefore: now, overlap: .seconds(60))).run(items(1))
        wait(days: 1)
        provider.script(lists: Array(repeating: .fails(.forbidden), count: 9))
        let report = try await job(provider).run(items(1))
        #expect(report.skipped == ["i1"])
        #expect(report.unresolved.count == 1)
        #expect(provider.ids == ["k1", "k2"])
    }

    @Test(arguments: [true, false])
    func aKeyThatIsNoLongerListedIsNamedOrReplaced(_ replacesMissing: Bool) async throws {
        let provider = FakeProvider()
        _ = try await job(provider).run(items(3))
        try await provider.revoke("k2")
        let replacing = KeyReplacement(storedBefore: start, replacesMissing: replacesMissing)
        let plan = try await job(provider, replacing: replacing).plan(for: items(3))
        #expect(plan.missing.count == 1)
        #expect(plan.replace == (replacesMissing ? plan.missing : []))
        let report = try await job(provider, replacing: replacing).run(items(3))
        #expect(report.replaced == (replacesMissing ? plan.missing : []))
        #expect(report.skipped.count == (replacesMissing ? 2 : 3))
        if replacesMissing { expect(provider) }
    }

    @Test func aKeyThatIsListedLateIsNotMissing() async throws {
        let provider = FakeProvider()
        _ = try await job(provider).run(items(2))
        provider.state.withLock { $0.keys[0].hiddenListings = 1 }
        let report = try await job(provider, replacing: .init(storedBefore: start, replacesMissing: true)).run(items(2))
        #expect(report.skipped.count == 2)
        expect(provider)
    }

    /// A wrong token lists an empty account: nothing is taken for missing there.
    @Test func aListOfAnotherAccountReplacesNothing() async throws {
        let provider = FakeProvider()
        _ = try await job(provider).run(items(3))
        let other = FakeProvider()
        let replacing = KeyReplacement(storedBefore: start, replacesMissing: true)
        let report = try await job(other, replacing: replacing).run(items(3))
        #expect(report.failed.count == 3)
        #expect("\(try #require(report.failed["i1"]))".contains("another account"))
        #expect(other.keys.isEmpty)
        await #expect(throws: APIError.self) { try await job(other).plan(for: items(3)) }
    }

    // MARK: - After a crash

    /// What readers may have is newer than the item's key: the item is not skipped, due or not.
    @Test(arguments: [true, false], [true, false])
    func aNewerKeyThatMayBeInUseIsAdoptedOrReplaced(_ listHoldsSecrets: Bool, _ isDue: Bool) async throws {
        let provider = FakeProvider(listHoldsSecrets: listHoldsSecrets)
        _ = try await job(provider).run(items(1))
        wait(days: 1)
        let marker = KeyMarker.random()
        let inUse = provider.add(marker.label("ci"))
        for (state, id) in [(LedgerEntry.State.begun, nil), (.created, inUse.listed.id)] {
            ledger.add(
                LedgerEntry(
                    item: "i1", place: "fake", marker: marker, state: state, keyID: id, overlap: 86400, at: now))
        }
        vault.put(inUse.secret, "i1")
        let replacing = isDue ? KeyReplacement(storedBefore: now, overlap: .seconds(86400)) : nil
        #expect(try await job(provider, replacing: replacing).plan(for: items(1)).inDoubt == ["i1"])
        let report = try await job(provider, replacing: replacing).run(items(1))
        #expect(report.replaced == ["i1"])
        #expect(vault.secrets["i1"] == (listHoldsSecrets ? inUse.secret : Secret("secret-3")))
        // A reader that took the secret before the crash may keep it for the overlap, which the ledger knows.
        #expect(provider.keys.contains { $0.secret == inUse.secret })
        wait(days: 2)
        _ = try await job(provider).run(items(1))
        expect(provider)
    }

    @Test(arguments: [true, false])
    func aKeyThatWasBegunOnlyIsAdoptedOrRevoked(_ isDue: Bool) async throws {
        let provider = FakeProvider()
        _ = try await job(provider).run(items(1))
        wait(days: 1)
        let marker = KeyMarker.random()
        provider.add(marker.label("ci"))
        ledger.add(LedgerEntry(item: "i1", place: "fake", marker: marker, state: .begun, at: now))
        let report = try await job(provider, replacing: isDue ? .init(storedBefore: now) : nil).run(items(1))
        #expect(report.replaced == (isDue ? ["i1"] : []))
        #expect(vault.secrets["i1"] == Secret(isDue ? "secret-2" : "secret-1"))
        expect(provider)
    }

    /// After a leak every key from before it goes, also one that no run has stored.
    @Test(arguments: [LedgerEntry.State.begun, .created])
    func aKeyFromBeforeTheDateIsNotAdopted(_ state: LedgerEntry.State) async throws {
        let provider = FakeProvider()
        _ = try await job(provider).run(items(1))
        wait(days: 1)
        let marker = KeyMarker.random()
        let found = provider.add(marker.label("ci"))
        ledger.add(LedgerEntry(item: "i1", place: "fake", marker: marker, state: state, at: now))
        wait(days: 1)
        let report = try await job(provider, replacing: .init(storedBefore: now)).run(items(1))
        #expect(report.replaced == ["i1"])
        #expect(vault.secrets["i1"] == Secret("secret-3"))
        #expect(!provider.ids.contains(found.listed.id))
        expect(provider)
    }

    /// A key that may be in use is replaced by a run that knows nothing of overlaps: the ledger does.
    @Test func aRunWithoutReplacingKeepsTheOverlapOfAKeyThatItReplaces() async throws {
        let provider = FakeProvider(listHoldsSecrets: false)
        _ = try await job(provider).run(items(1))
        wait(days: 1)
        let marker = KeyMarker.random()
        let inUse = provider.add(marker.label("ci"))
        for (state, id, overlap) in [(LedgerEntry.State.begun, nil, 86400.0), (.created, inUse.listed.id, nil)] {
            ledger.add(
                LedgerEntry(
                    item: "i1", place: "fake", marker: marker, state: state, keyID: id, overlap: overlap, at: now))
        }
        let report = try await job(provider).run(items(1))
        #expect(report.replaced == ["i1"])
        #expect(report.overlapping.count == 2)
        expect(provider, overlapping: 2)
        wait(days: 0.9)
        _ = try await job(provider).run(items(1))
        expect(provider, overlapping: 2)
        wait(days: 0.2)
        _ = try await job(provider).run(items(1))
        expect(provider)
    }

    // MARK: - Verifying

    @Test func aNewKeyIsVerifiedBeforeItIsStored() async throws {
        let provider = FakeProvider()
        let (log, attempts) = (Locked([String]()), Locked(0))
        let job = job(
            provider, concurrency: 1,
            verify: { item, _ in
                let number = attempts.withLock { count in
                    count += 1
                    return count
                }
                if number < 3 { throw VaultError() }
                log.withLock { $0.append("verify \(item.id)") }
            },
            store: { item, _ in log.withLock { $0.append("store \(item)") } })
        var kinds: [String] = []
        for try await event in job.events(for: items(1)) where event.item != nil { kinds.append("\(event.kind)") }
        #expect(log.withLock { $0 } == ["verify i1", "store i1"])
        #expect(kinds == ["started", "created", "verified", "stored"])
        #expect(clock.skippedSleeps == [.milliseconds(500), .seconds(1)])
    }

    @Test func aNewKeyThatDoesNotWorkIsRevoked() async throws {
        let provider = FakeProvider()
        let report = try await job(provider, verify: { _, _ in throw VaultError() }).run(items(2))
        #expect(report.failed.count == 2)
        #expect(report.failed["i1"] is VaultError)
        #expect(provider.keys.isEmpty)
        #expect(vault.secrets.isEmpty)
        #expect(try await job(provider).run(items(2)).stored.count == 2)
        expect(provider)
    }

    /// The list spells IDs differently from the answer to the create.
    @Test func aNewKeyThatDoesNotWorkIsRevokedUnderTheIDThatIsListed() async throws {
        let provider = FakeProvider()
        let ring = RelistingRing(provider: provider) {
            ListedKey(id: "id-\($0.id)", label: $0.label, secret: $0.secret)
        }
        let job = Provisioning<Item>(
            ledger: ledger, verifyTimeout: .zero, ring: { _ in ring }, verify: { _, _ in throw VaultError() },
            store: { _, _ in })
        #expect(try await job.run(items(2)).failed.count == 2)
        #expect(provider.keys.isEmpty)
    }

    /// A key that was found may be in a reader's hands.
    @Test func aKeyThatWasFoundStaysIfItDoesNotWork() async throws {
        let provider = FakeProvider()
        let marker = KeyMarker.random()
        let found = provider.add(marker.label("ci"))
        ledger.add(LedgerEntry(item: "i1", place: "fake", marker: marker, state: .created, at: now))
        let report = try await job(provider, verify: { _, _ in throw VaultError() }).run(items(1))
        #expect(report.failed["i1"] is VaultError)
        #expect(provider.ids == [found.listed.id])
    }

    /// 30 seconds each would stall a run.
    @Test func whatIsVerifiedHoldsNoPlace() async throws {
        let provider = FakeProvider()
        let (isVerifying, mayEnd) = (Locked(0), Signal())
        let job = job(
            provider, concurrency: 2,
            verify: { _, _ in
                isVerifying.withLock { $0 += 1 }
                await mayEnd.wait()
            })
        async let report = job.run(items(10))
        while isVerifying.withLock({ $0 }) < 10 { await Task.yield() }
        mayEnd.set()
        #expect(try await report.stored.count == 10)
    }

    // MARK: - Taking over

    @Test func aKeyThatWasMadeByHandIsTakenOver() async throws {
        let provider = FakeProvider()
        let key = provider.add("by hand")
        vault.put(key.secret, "i1")
        wait(days: 100)
        let job = job(provider)
        for _ in 0..<2 { try await job.adopt(keyID: key.listed.id, storedAt: start, for: items(1)[0]) }
        #expect(ledger.all.count == 1)
        #expect(try await job.run(items(1)).skipped == ["i1"])
        let replacing = KeyReplacement(storedBefore: now - 90 * 86400)
        #expect(try await self.job(provider, replacing: replacing).run(items(1)).replaced == ["i1"])
        expect(provider)
    }

    @Test func aKeyThatIsTakenOverReplacesTheItems() async throws {
        let provider = FakeProvider()
        _ = try await job(provider).run(items(1))
        let key = provider.add("by hand")
        vault.put(key.secret, "i1")
        try await job(provider).adopt(keyID: key.listed.id, storedAt: now, for: items(1)[0])
        _ = try await job(provider).run(items(1))
        expect(provider)
        #expect(provider.ids == [key.listed.id])
    }

    @Test func onlyAKeyThatIsListedIsTakenOver() async throws {
        let provider = FakeProvider()
        let item = items(1)[0]
        let absent = await #expect(throws: APIError.self) {
            try await job(provider).adopt(keyID: "k9", storedAt: now, for: item)
        }
        #expect(absent?.kind == .notFound)
        provider.add("by hand")
        await #expect(throws: APIError.self) {
            try await job(provider).adopt(keyID: "k1", storedAt: now + 60, for: item)
        }
        #expect(ledger.all == [])
        try await job(provider).adopt(keyID: "k1", storedAt: now, for: item)
        let taken = await #expect(throws: APIError.self) {
            try await job(provider).adopt(keyID: "k1", storedAt: now, for: Item(id: "i2"))
        }
        #expect(taken?.kind == .conflict)
    }

    // MARK: - Retiring

    @Test(arguments: [true, false])
    func everyKeyOfAnItemThatLeavesIsRevoked(_ listHoldsSecrets: Bool) async throws {
        let provider = FakeProvider(listHoldsSecrets: listHoldsSecrets)
        _ = try await job(provider).run(items(4))
        wait(days: 1)
        _ = try await job(provider, replacing: .init(storedBefore: now, overlap: .seconds(86400))).run(items(2))
        let marker = KeyMarker.random()
        provider.add(marker.label("ci"))
        ledger.add(LedgerEntry(item: "i1", place: "fake", marker: marker, state: .begun, at: now))
        let kept = vault.secrets.filter { ["i3", "i4"].contains($0.key) }

        let leaving = items(2) + [Item(id: "i9")]
        for _ in 0..<2 {
            let report = try await job(provider).retire(leaving)
            #expect(report.retired.sorted() == ["i1", "i2"])
            #expect(report.failed.keys.sorted() == ["i9"])
            #expect(report.unresolved == [])
        }
        #expect(Set(provider.keys.map(\.secret)) == Set(kept.values))
        // An item that comes back gets a new key.
        #expect(try await job(provider).run(items(1)).stored == ["i1"])
    }

    @Test func aRequestThatMayBeAtWorkIsWaitedFor() async throws {
        let provider = FakeProvider()
        let marker = KeyMarker.random()
        ledger.add(LedgerEntry(item: "i1", place: "fake", marker: marker, state: .begun, at: now))
        provider.add(marker.label("ci"))
        #expect(try await job(provider).retire(items(1)).retired == ["i1"])
        #expect(clock.skippedSleeps == [.seconds(5)])
        #expect(provider.keys.isEmpty)
    }

    @Test func theItemsOwnKeyGoesLast() async throws {
        let provider = FakeProvider()
        _ = try await job(provider).run(items(1))
        wait(days: 1)
        _ = try await job(provider, replacing: .init(storedBefore: now, overlap: .seconds(86400))).run(items(1))
        _ = try await job(provider).retire(items(1))
        #expect(provider.log.suffix(2) == ["revoke k1", "revoke k2"])
    }

    @Test func whatCannotBeRevokedIsNamed() async throws {
        let provider = FakeProvider()
        _ = try await job(provider).run(items(1))
        provider.script(revokes: [.fails(.forbidden)])
        let report = try await job(provider).retire(items(1))
        #expect(report.retired == [])
        #expect((report.failed["i1"] as? APIError)?.kind == .forbidden)
        #expect(report.unresolved.count == 1)
        #expect(try await job(provider).retire(items(1)).retired == ["i1"])
    }

    /// A run was killed behind its last revoke: the other items' keys show that the list is the right one.
    @Test func keysThatAreGoneAreRetiredIfTheListIsOfTheJob() async throws {
        let provider = FakeProvider()
        _ = try await job(provider, concurrency: 1).run(items(3))
        for id in ["k1", "k2"] { try await provider.revoke(id) }
        #expect(try await job(provider).retire(items(2)).retired.sorted() == ["i1", "i2"])
        #expect(provider.ids == ["k3"])
    }

    @Test func aListOfAnotherAccountRetiresNothing() async throws {
        let provider = FakeProvider()
        _ = try await job(provider).run(items(2))
        let report = try await job(FakeProvider()).retire(items(2))
        #expect(report.retired == [])
        #expect(report.failed.count == 2)
        #expect(try await job(provider).retire(items(2)).retired.count == 2)
    }

    @Test func aListThatMayNotBeReadRetiresNothing() async throws {
        let provider = FakeProvider()
        _ = try await job(provider).run(items(2))
        provider.script(lists: Array(repeating: .fails(.forbidden), count: 9))
        let report = try await job(provider).retire(items(2))
        #expect(report.failed.count == 2)
        #expect(provider.keys.count == 2)
    }
}
