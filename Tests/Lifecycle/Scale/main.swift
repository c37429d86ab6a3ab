import APIKeys
import Foundation

#if canImport(Glibc)
    import Glibc
#endif

// Measures how provisioning grows with the number of items, the file of the ledger included, with 5 % of 429:
//
//     APIKEYS_DEVELOPMENT=1 MALLOC_ARENA_MAX=2 swift run -c release Scale [ITEMS…]
//
// Fails if the time is not linear in the items, or if an item that is done leaves more than 300 bytes.

struct Item: ProvisioningItem {
    let id: String
    var label: String { "ci" }
}

/// A provider that remembers nothing and refuses every twentieth request.
struct Ring: RevocableKeyRing {
    let count = Locked(0)
    let place = "scale"

    func create(label: String, options: RequestOptions) async throws(APIError) -> IssuedKey {
        let number = count.withLock { count in
            count += 1
            return count
        }
        // A round trip.
        try? await Task.sleep(for: .milliseconds(5))
        if number % 20 == 0 {
            throw APIError(
                kind: .rateLimited, outcome: .notProcessed, provider: "Scale", operation: "create", status: 429)
        }
        return IssuedKey(id: "key-\(number)", label: label, secret: Secret("secret-\(number)"))
    }

    func keys(options: RequestOptions) async throws(APIError) -> [ListedKey] { [] }

    func revoke(id: String, options: RequestOptions) async throws(APIError) {}
}

/// The memory that the process has, in bytes; 0 where the system does not tell.
func footprint() -> Int {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return 0 }
    let fields = text.split(separator: " ")
    return fields.count > 1 ? (Int(fields[1]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE))) : 0
}

func fail(_ message: String) -> Never {
    print("failed: \(message)")
    exit(1)
}

func run(_ count: Int) async throws -> (seconds: Double, bytesPerItem: Int) {
    let folder = FileManager.default.temporaryDirectory.appending(path: "scale-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    let ledger = try FileLedger(folder.appending(path: "ledger"))
    let items = (0..<count).map { Item(id: "item-with-a-name-\($0)") }
    let ring = Ring()
    let heaps = Locked((stored: 0, first: 0, last: 0))
    let job = Provisioning<Item>(
        ledger: ledger, concurrency: 64, ring: { _ in ring },
        store: { _, _ in
            heaps.withLock { heaps in
                heaps.stored += 1
                if heaps.stored == count / 10 { heaps.first = footprint() }
                if heaps.stored == count - 64 { heaps.last = footprint() }
            }
        })
    let start = ContinuousClock.now
    let report = try await job.run(items)
    let seconds = start.duration(to: .now) / .seconds(1)
    guard report.stored.count == count, try await ledger.entries().count == 3 * count else {
        throw CocoaError(.featureUnsupported)
    }
    return (seconds, heaps.withLock { ($0.last - $0.first) / (count - 64 - count / 10) })
}

let given = CommandLine.arguments.dropFirst().compactMap { Int($0) }
let counts = given.isEmpty ? [2500, 5000, 10000, 20000] : given
_ = try await run(1000)
var times: [Double] = []
for count in counts {
    let (seconds, bytes) = try await run(count)
    times.append(seconds)
    print("\(count) items: \(String(format: "%.2f", seconds)) s, \(bytes) bytes per item done")
    if bytes > 300 { fail("more than 300 bytes per item") }
}
let items = Double(counts[counts.count - 1]) / Double(counts[0])
let growth = times[times.count - 1] / times[0]
print("\(items) times the items take \(String(format: "%.1f", growth)) times as long")
if growth >= items * 2 { fail("not linear") }
