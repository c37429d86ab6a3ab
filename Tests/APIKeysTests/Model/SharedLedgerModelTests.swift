import APIKeysTesting
import Foundation
import Testing

@testable import APIKeys

/// Two workers on one job, with the faults of a seed: one of them is killed, cancelled, stopped until the other one is
/// done, or both are cut off. Their tasks run at once, so that a seed names the faults and not the order.
@Suite(.timeLimit(.minutes(5)), .serialized) struct SharedLedgerModelTests {
    private struct Item: ProvisioningItem {
        let id: String
        var label: String { "ci" }
    }

    private enum Fate: CaseIterable { case nothing, kill, stop, crash }

    @Test func aStoredSecretWorksWhileSeveralWorkersAreAtIt() async throws {
        var (fates, looks): ([Fate: Int], Int) = ([:], 0)
        for seed in 0..<1500 as Range<UInt64> {
            let (fate, count) = try await work(seed)
            if let fate { fates[fate, default: 0] += 1 }
            looks += count
        }
        for fate in Fate.allCases { #expect(fates[fate, default: 0] > 100, "\(fates)") }
        #expect(looks > 5000)
    }

    private func work(_ seed: UInt64) async throws -> (fate: Fate?, looks: Int) {
        let scenario = Scenario(seed: seed, steps: 40)
        let provider = ModelProvider(seed: seed, name: "shared", scenario.faults)
        var random = SeededGenerator(seed: seed, name: "fate")
        let fate = Fate.allCases[Int.random(in: 0..<Fate.allCases.count, using: &random)]
        let step = Int.random(in: 1...25, using: &random)
        let items = (1...4).map { Item(id: "i\($0)") }
        let ledger = SharedLedger()
        let start = Date(timeIntervalSince1970: 1_800_000_000)
        let time = CallClock(provider.clock)
        let now: @Sendable () -> Date = { start + time.elapsed() / .seconds(1) }
        @Sendable func job(
            _ session: SharedLedger.Session, _ process: ModelProvider.Process, replacing: KeyReplacement? = nil,
            afterEach: @escaping @Sendable () async -> Void = {}
        ) -> Provisioning<Item> {
            let verify: (@Sendable (Item, IssuedKey) async throws -> Void)? =
                seed % 3 == 0
                ? { @Sendable _, key in
                    try provider.verify(key, process)
                    await afterEach()
                } : nil
            var job = Provisioning<Item>(
                ledger: session, concurrency: 3, replacing: replacing,
                ring: { _ in
                    let ring = ModelRing(provider: provider, process: process)
                    return WorkerRing(ring: ring, session: session, afterEach: afterEach)
                }, verify: verify,
                store: {
                    defer { session.hasActed() }
                    try provider.store($1, for: $0.id, process)
                })
            job.now = now
            return job
        }
        var didEnd = false
        for life in 0..<2 {
            let replacing = life == 0 ? nil : KeyReplacement(storedBefore: start + 30)
            let process = ModelProvider.Process(fate == .kill ? (.kill, step) : nil)
            let (otherIsDone, number) = (Signal(), Locked(0))
            let stop = Stop(at: fate == .stop || fate == .crash ? step : nil) {
                if fate == .crash { return ledger.end(nil, isNoticed: false) }
                await ledger.stop(number.withLock { $0 })
                await otherIsDone.wait()
            }
            let afterEach: @Sendable () async -> Void = { await stop.pass() }
            let session = ledger.session(process, afterEach: afterEach)
            number.withLock { $0 = session.number }
            let other = ledger.session()
            async let first: Void = {
                _ = try? await job(session, process, replacing: replacing, afterEach: afterEach).run(items)
                // What it has claimed ends with the process.
                ledger.end(session.number, isNoticed: true)
            }()
            async let second: Void = {
                _ = try? await job(other, .init(), replacing: replacing).run(items)
                otherIsDone.set()
            }()
            _ = await (first, second)
            ledger.end(nil, isNoticed: true)
            didEnd = didEnd || process.isDead || stop.hasBegun
            let context = "\(scenario), \(fate) at \(step), life \(life); \(provider.log); "
            #expect(
                provider.violations == [],
                "\(context + ledger.all.map { "\($0.item) \($0.marker) \($0.state)" }.joined(separator: ", "))")
            provider.clock.advance(by: .seconds(40))
        }
        // In the end, one worker finds nothing that it cannot put right.
        provider.calm()
        let report = try await job(ledger.session(), .init()).run(items)
        provider.calm()
        let context: Comment =
            "\(scenario), \(fate) at \(step); \(provider.log); \(ledger.all.map { "\($0.item) \($0.marker) \($0.state)" })"
        #expect(report.failed.isEmpty, context)
        #expect(provider.violations == [], context)
        #expect(Set(provider.stored.keys) == Set(items.map(\.id)), context)
        #expect(Set(provider.live.map(\.secret)) == Set(provider.stored.values), context)
        #expect(provider.live.count == items.count, context)
        #expect(provider.backwardStores == [], context)
        return (fate == .nothing || didEnd ? fate : nil, provider.looks)
    }
}
