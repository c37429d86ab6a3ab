import APIKeysTesting
import Foundation
import Testing

@testable import APIKeys

/// The life of a key against a provider that loses answers, answers late and lags, with a cancellation or a kill at
/// every step: 13,000 runs, each of which names its seed when it fails.
@Suite(.timeLimit(.minutes(5)), .serialized) struct LifecycleModelTests {
    private static let seeds = UInt64(4000)

    /// Runs a process of a model in a task that it can cancel.
    private func run<Value: Sendable>(
        _ process: ModelProvider.Process, _ work: @escaping @Sendable () async throws -> Value
    ) async -> Result<Value, any Error> {
        let begins = Signal()
        let task = Task {
            await begins.wait()
            return try await work()
        }
        process.onCancel { task.cancel() }
        begins.set()
        return await task.result
    }

    // MARK: - createOnce

    @Test func createOnceLeavesOneKeyOrNamesIt() async throws {
        var endings: [String: Int] = [:]
        for seed in 0..<Self.seeds {
            endings[try await createOnce(Scenario(seed: seed, steps: 12)), default: 0] += 1
        }
        for ending in ["returned", "unresolved", "nothing", "killed"] { #expect(endings[ending, default: 0] > 100) }
    }

    private func createOnce(_ scenario: Scenario) async throws -> String {
        let provider = ModelProvider(seed: scenario.seed, name: "createOnce", scenario.faults)
        let (marker, process) = (KeyMarker.random(), ModelProvider.Process(scenario.end))
        let ring = ModelRing(provider: provider, process: process)
        let result = await run(process) { try await ring.createOnce(label: "ci", marker: marker) }
        provider.calm()
        let live = provider.live
        let context: Comment = "\(scenario): \(result); \(provider.log)"
        var ending = "killed"
        if !process.isDead {
            switch result {
            case .success(let key):
                #expect(live.map(\.secret) == [key.secret], context)
                ending = "returned"
            case .failure(let error as APIError):
                ending = error.unresolved == nil ? "nothing" : "unresolved"
                if error.unresolved == nil { #expect(live.isEmpty, context) }
                // What is said to work, works.
                let said = error.unresolved?.keyIDs ?? []
                #expect(said.allSatisfy { id in live.contains { $0.id == id } }, context)
                #expect(live.count <= 2, context)
            case .failure: Issue.record("an error that is no APIError")
            }
        }
        // Called again with the marker, it ends with one key.
        let again = ModelRing(provider: provider, process: .init())
        let key = try await again.createOnce(label: "ci", marker: marker)
        provider.calm()
        #expect(provider.live.map(\.secret) == [key.secret], context)
        return ending
    }

    // MARK: - rotate

    @Test func aStoredSecretWorksThroughoutARotation() async throws {
        var (endings, looks): ([String: Int], Int) = ([:], 0)
        for seed in 0..<Self.seeds {
            let (ending, count) = try await rotate(Scenario(seed: seed, steps: 24))
            endings[ending, default: 0] += 1
            looks += count
        }
        for ending in ["rotated", "create", "verify", "store", "overlap", "revoke", "killed"] {
            #expect(endings[ending, default: 0] > 30, "\(endings)")
        }
        #expect(looks > 5000)
    }

    private func rotate(_ scenario: Scenario) async throws -> (ending: String, looks: Int) {
        let provider = ModelProvider(seed: scenario.seed, name: "rotate", scenario.faults)
        let old = provider.add("ci #0000old0", storedFor: "reader")
        provider.clock.advance(by: .seconds(60))
        let (marker, process) = (KeyMarker.random(), ModelProvider.Process(scenario.end))
        let overlap = Duration.seconds(Int64(scenario.seed % 3))
        @Sendable func rotation(_ process: ModelProvider.Process) async throws -> Rotation {
            try await ModelRing(provider: provider, process: process).rotate(
                old.id, label: "ci", marker: marker, overlap: overlap,
                store: { try provider.store($0, for: "reader", process) }, verify: { try provider.verify($0, process) })
        }
        let result = await run(process) { try await rotation(process) }
        let live = provider.live
        let context: Comment = "\(scenario): \(result); \(provider.log)"
        #expect(provider.violations == [], context)
        var ending = "killed"
        if !process.isDead {
            switch result {
            case .success(let rotation):
                #expect(live.map(\.secret) == [rotation.issued.secret], context)
                ending = "rotated"
            case .failure(let error as RotationError):
                ending = "\(error.step)"
                // What is said to work, works.
                #expect(error.workingKeyIDs.allSatisfy { id in live.contains { $0.id == id } }, context)
                if let issued = error.issued, error.workingKeyIDs.contains(issued.id ?? "") {
                    #expect(live.map(\.secret).contains(issued.secret), context)
                }
            case .failure: Issue.record("an error that is no RotationError")
            }
        }
        // Called again with the marker, it goes on, and ends with the new key alone.
        provider.calm()
        let rotation = try await rotation(.init())
        provider.calm()
        #expect(provider.violations == [], context)
        #expect(provider.live.map(\.secret) == [rotation.issued.secret], "\(context), then \(provider.log)")
        #expect(provider.stored["reader"] == rotation.issued.secret, context)
        return (ending, provider.looks)
    }

    // MARK: - A job

    private struct Item: ProvisioningItem {
        let id: String
        var label: String { "ci" }
    }

    @Test func aStoredSecretWorksThroughoutAJob() async throws {
        var (looks, kills): (Int, Int) = (0, 0)
        // Each run is several lives of a job.
        for seed in 0..<(Self.seeds * 3 / 4) {
            let (count, wasKilled) = try await provision(seed)
            looks += count
            kills += wasKilled
        }
        #expect(looks > 10_000)
        #expect(kills > 1000)
    }

    /// Lives of a job that creates, replaces and retires, the last of them without faults.
    private func provision(_ seed: UInt64) async throws -> (looks: Int, kills: Int) {
        let scenario = Scenario(seed: seed, steps: 60)
        let provider = ModelProvider(seed: seed, name: "job", scenario.faults)
        let items = (1...3).map { Item(id: "i\($0)") }
        let start = Date(timeIntervalSince1970: 1_800_000_000)
        let time = CallClock(provider.clock)
        let now: @Sendable () -> Date = { start + time.elapsed() / .seconds(1) }
        var (entries, kills): ([LedgerEntry], Int) = ([], 0)
        var context: Comment = ""
        for life in 0..<4 {
            let ends = life < 3 ? Scenario(seed: seed * 7 + UInt64(life), steps: 60).end : nil
            if life == 3 { provider.calm() }
            let process = ModelProvider.Process(ends)
            let ledger = ModelLedger(entries, process)
            // From the second life on, the keys of the first are replaced.
            let replacing =
                life == 0 ? nil : KeyReplacement(storedBefore: start + 30, overlap: .seconds(seed % 2 == 0 ? 0 : 3))
            let verify: (@Sendable (Item, IssuedKey) async throws -> Void)? =
                seed % 3 == 0 ? { @Sendable _, key in try provider.verify(key, process) } : nil
            var job = Provisioning<Item>(
                ledger: ledger, concurrency: 2, replacing: replacing,
                ring: { _ in ModelRing(provider: provider, process: process) },
                verify: verify,
                store: { try provider.store($1, for: $0.id, process) })
            job.now = now
            let result = await run(process) { [job] in try await job.run(items) }
            entries = ledger.all
            context =
                "\(scenario), life \(life): \(result); \(provider.log); \(entries.map { "\($0.item) \($0.marker) \($0.state)" })"
            #expect(provider.violations == [], context)
            kills += process.isDead ? 1 : 0
            if life == 0 { provider.clock.advance(by: .seconds(40)) }
        }
        // The overlap is over, and a last run retires what was replaced.
        provider.calm()
        let process = ModelProvider.Process()
        let ledger = ModelLedger(entries, process)
        var job = Provisioning<Item>(
            ledger: ledger, ring: { _ in ModelRing(provider: provider, process: process) },
            store: { try provider.store($1, for: $0.id, process) })
        job.now = now
        let report = try await job.run(items)
        provider.calm()
        #expect(report.failed.isEmpty, context)
        #expect(provider.violations == [], context)
        #expect(Set(provider.stored.keys) == Set(items.map(\.id)), context)
        #expect(Set(provider.live.map(\.secret)) == Set(provider.stored.values), context)
        #expect(provider.live.count == items.count, context)
        return (provider.looks, kills)
    }

    // MARK: - Items that leave, and keys that were made by hand

    private func job(
        _ ledger: ModelLedger, _ provider: ModelProvider, _ process: ModelProvider.Process
    ) -> Provisioning<Item> {
        Provisioning<Item>(
            ledger: ledger, concurrency: 2, ring: { _ in ModelRing(provider: provider, process: process) },
            store: { try provider.store($1, for: $0.id, process) })
    }

    /// An item leaves, and its retirement is cancelled or killed at a step: in the end no key of its own works, and
    /// those of the other items work throughout.
    @Test func anItemThatLeavesTakesNobodyAlong() async throws {
        var endings: [String: Int] = [:]
        for seed in 0..<1000 as Range<UInt64> {
            let scenario = Scenario(seed: seed, steps: 10)
            let provider = ModelProvider(seed: seed, name: "retire", scenario.faults)
            let (leaving, staying) = ([Item(id: "i1")], [Item(id: "i2"), Item(id: "i3")])
            // What is there was made by a run that may have failed for some.
            let first = ModelLedger([], .init())
            _ = await run(.init()) { try await job(first, provider, .init()).run(leaving + staying) }
            var entries = first.all
            let stored = provider.stored
            provider.forget("i1")
            provider.clock.advance(by: .seconds(60))
            let process = ModelProvider.Process(scenario.end)
            let ledger = ModelLedger(entries, process)
            let result = await run(process) { try await job(ledger, provider, process).retire(leaving) }
            entries = ledger.all
            let context: Comment = "\(scenario): \(result); \(provider.log)"
            #expect(provider.violations == [], context)
            if case .success(let report) = result, report.retired == ["i1"], !process.isDead {
                #expect(!provider.live.contains { $0.secret == stored["i1"] }, context)
            }
            // Again, without faults, and the other items are completed.
            provider.calm()
            let report = try await job(ModelLedger(entries, .init()), provider, .init()).retire(leaving)
            endings[process.isDead ? "killed" : report.failed.isEmpty ? "retired" : "failed", default: 0] += 1
            if report.failed.isEmpty { #expect(!provider.live.contains { $0.secret == stored["i1"] }, context) }
            #expect(provider.violations == [], context)
            for item in staying.map(\.id) where stored[item] != nil {
                #expect(provider.live.contains { $0.secret == stored[item] }, context)
            }
        }
        for ending in ["killed", "retired"] { #expect(endings[ending, default: 0] > 100, "\(endings)") }
    }

    /// A key that was made by hand is taken over by a process that may be cancelled or killed, and replaced later.
    @Test func aKeyThatIsTakenOverWorksUntilItIsReplaced() async throws {
        var taken = 0
        for seed in 0..<1000 as Range<UInt64> {
            let scenario = Scenario(seed: seed, steps: 6)
            let provider = ModelProvider(seed: seed, name: "adopt", scenario.faults)
            let item = Item(id: "i1")
            let key = provider.add("by hand", storedFor: item.id)
            provider.clock.advance(by: .seconds(60))
            let process = ModelProvider.Process(scenario.end)
            let ledger = ModelLedger([], process)
            let before = Date.now - 60
            let result = await run(process) {
                try await job(ledger, provider, process).adopt(keyID: key.id, storedAt: before, for: item)
            }
            provider.calm()
            let next = ModelLedger(ledger.all, .init())
            if case .failure = result {
                try await job(next, provider, .init()).adopt(keyID: key.id, storedAt: before, for: item)
            }
            let context: Comment = "\(scenario): \(result); \(provider.log)"
            #expect(provider.live.map(\.secret) == [key.secret], context)
            var replacing = job(next, provider, .init())
            #expect(try await replacing.run([item]).skipped == ["i1"], context)
            replacing = Provisioning<Item>(
                ledger: next, replacing: .init(storedBefore: .now - 30),
                ring: { _ in ModelRing(provider: provider, process: .init()) },
                store: { try provider.store($1, for: $0.id, .init()) })
            #expect(try await replacing.run([item]).replaced == ["i1"], context)
            provider.calm()
            #expect(provider.violations == [], context)
            #expect(provider.live.map(\.secret) == [provider.stored["i1"]], context)
            taken += 1
        }
        #expect(taken == 1000)
    }
}
