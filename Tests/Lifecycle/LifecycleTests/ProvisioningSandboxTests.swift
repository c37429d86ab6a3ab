import APIKeys
import APIKeysSandbox
import Foundation
import Testing

/// Provisioning through the real clients, on sandboxes that refuse, lose and delay.
@Suite(.timeLimit(.minutes(5))) struct ProvisioningSandboxTests {
    private struct Item: ProvisioningItem {
        let id: String
        var label: String { "item \(id)" }
    }

    private func items(_ count: Int) -> [Item] { (0..<count).map { Item(id: "i\($0)") } }

    /// Every item has one key that works, and its secret is the stored one; nothing else works.
    private func expectOneKeyEach(
        _ place: Place, _ sandbox: Sandbox, _ vault: [String: Secret], _ items: [Item]
    ) {
        #expect(Set(vault.keys) == Set(items.map(\.id)))
        let live = place.keys(sandbox)
        #expect(live.count == items.count)
        #expect(Set(live.map(\.secret)) == Set(vault.values.map { $0 }))
    }

    @Test(arguments: Place.revocable)
    func endsWithOneKeyEachThroughFaultsAndFailures(_ place: Place) async throws {
        let folder = try TemporaryFolder()
        let sandbox = Sandbox(seed: 3, pageSize: 100)
        let create = place.target(place.createOperation)
        for fault in [Sandbox.Fault.lostAnswer, .droppedRequest, .rateLimited(), .cutBody(afterBytes: 10)] {
            try sandbox.inject(fault, into: create, .probability(0.05))
        }
        try sandbox.inject(.serverError(503, .afterProcessing), into: create, .probability(0.05))
        let items = items(60)
        let vault = Locked<[String: Secret]>([:])
        let attempts = Locked(0)
        for run in 1... {
            let ledger = try FileLedger(folder.url.appending(path: "ledger"))
            let ring = try #require(place.revocableRing(sandbox))
            let job = Provisioning<Item>(
                ledger: ledger, settling: .milliseconds(10), ring: { _ in ring },
                store: { item, key in
                    // Every tenth store fails, after it has taken effect.
                    let fails = attempts.withLock { attempts in
                        attempts += 1
                        return attempts % 10 == 0
                    }
                    vault.withLock { $0[item.id] = key.secret }
                    if fails { throw CancellationError() }
                })
            let report = try await job.run(items)
            #expect(report.stored.count + report.skipped.count + report.failed.count == items.count)
            ledger.close()
            if report.failed.isEmpty { break }
            try #require(run < 20)
        }
        expectOneKeyEach(place, sandbox, vault.withLock { $0 }, items)
        let text = try String(contentsOf: folder.url.appending(path: "ledger"), encoding: .utf8)
        for secret in vault.withLock({ $0 }).values { #expect(!text.contains(secret.reveal())) }
    }

    @Test func aLargeRunSendsNoMoreThanItMust() async throws {
        let sandbox = Sandbox(seed: 5)
        try sandbox.inject(.rateLimited(), into: .operation("createTeamAPIKey"), .probability(0.05))
        let (items, vault) = (items(2000), Locked<[String: Secret]>([:]))
        let ring = try #require(Place.teamKeys.revocableRing(sandbox))
        let ledger = MemoryLedger()
        let job = Provisioning<Item>(
            ledger: ledger, concurrency: 64, ring: { _ in ring },
            store: { item, key in vault.withLock { $0[item.id] = key.secret } })
        let report = try await job.run(items)
        #expect(report.stored.count == 2000)
        let requests = sandbox.requests
        #expect(requests.count == 2000 + requests.filter { $0.status == 429 }.count)
        #expect(requests.count > 2050)
        expectOneKeyEach(.teamKeys, sandbox, vault.withLock { $0 }, items)
    }
}

final class MemoryLedger: ProvisioningLedger {
    private let all = Locked<[LedgerEntry]>([])

    func entries() -> [LedgerEntry] { all.withLock { $0 } }

    func append(_ entry: LedgerEntry) { all.withLock { $0.append(entry) } }
}

/// A folder that is removed with its object.
final class TemporaryFolder: Sendable {
    let url = FileManager.default.temporaryDirectory.appending(path: "lifecycle-\(UUID().uuidString)")

    init() throws {
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }
}
