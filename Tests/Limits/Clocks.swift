import APIKeys
import Foundation

/// A clock that jumps: forth by a year each third time that it is asked, and back by two the time after.
struct JumpingClock: Clock {
    typealias Instant = ContinuousClock.Instant
    private let asked = Locked(0)
    private let start = ContinuousClock.now

    var now: Instant {
        let count = asked.withLock { asked in
            asked += 1
            return asked
        }
        return start.advanced(by: .seconds([0, 31_536_000, -31_536_000][count % 3]))
    }
    var minimumResolution: Duration { .zero }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws { await Task.yield() }
}

private struct Item: ProvisioningItem {
    let id: String
    var label: String { "ci" }
}

/// A provider in memory.
private final class Ring: RevocableKeyRing {
    let place = "Limits"
    private let live = Locked<[String: ListedKey]>([:])

    var keys: [ListedKey] { live.withLock { Array($0.values) } }

    func add(_ keys: [ListedKey]) {
        live.withLock { live in
            for key in keys { live[key.id] = key }
        }
    }

    func create(label: String, options: RequestOptions) async throws(APIError) -> IssuedKey {
        let id = UUID().uuidString
        add([ListedKey(id: id, label: label)])
        return IssuedKey(id: id, label: label, secret: Secret("secret-\(id)"))
    }

    func keys(options: RequestOptions) async throws(APIError) -> [ListedKey] { keys }

    func revoke(id: String, options: RequestOptions) async throws(APIError) {
        live.withLock { _ = $0.removeValue(forKey: id) }
    }
}

func measureClocks(_ measurement: Measurement) async {
    await measurement.measure(
        "a call's clock that jumps by years", 1000, "calls", maximumMegabytes: 50, prepare: { $0 },
        { count in
            for _ in 0..<count { try await callWhileTheClockJumps() }
            return "three attempts each"
        })
    await measurement.measure(
        "a wall clock that was in the years 0 to 9999", 4000, "items", maximumMegabytes: 100,
        prepare: {
            let ring = Ring()
            ring.add((0..<$0).map { ListedKey(id: "k\($0)", label: "ci #\(marker($0))") })
            return (ring, try ledger(3 * $0, at: ["0000-01-01", "1970-01-01", "2100-01-01", "9999-12-31"]))
        },
        { ring, file in
            defer { try? FileManager.default.removeItem(at: file) }
            let (items, start) = (ring.keys.count, Date.now)
            var replaced = 0
            for _ in 0..<2 {
                let ledger = try FileLedger(file)
                defer { ledger.close() }
                let job = Provisioning<Item>(
                    ledger: ledger, concurrency: 64, settling: .zero, replacing: KeyReplacement(storedBefore: start),
                    ring: { _ in ring }, store: { _, _ in })
                let report = try await job.run((0..<items).map { Item(id: "item-\($0)") })
                guard report.failed.isEmpty, report.unresolved.isEmpty else { throw CocoaError(.featureUnsupported) }
                replaced += report.replaced.count
            }
            return "\(ring.keys.count) keys, \(replaced) replaced"
        })
}

/// A call that fails thrice, with a credential that expires.
private func callWhileTheClockJumps() async throws {
    let credentials = RefreshingCredential(clock: JumpingClock()) {
        ExpiringCredential(Secret("mg_0123456789abcdef"), lifetime: .seconds(3600))
    }
    let client = APIClient(
        provider: "Limits", defaultBaseURL: "https://limits.example",
        authentication: Authentication(scheme: .bearer, source: credentials),
        configuration: ClientConfiguration(clock: JumpingClock()), transport: Server(503, "{}"))
    do throws(APIError) {
        let operation = APIOperation("list", .get, ["keys"], safety: .read, reads: Reading<JSONValue>.json)
        _ = try await client.send(operation, options: .init())
        throw APIError(kind: .conflict, outcome: .processed, provider: "", operation: "", attempts: 0)
    } catch {
        if error.kind != .server || error.attempts != 3 { throw error }
    }
}
