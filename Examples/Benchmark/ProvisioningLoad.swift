import APIKeys
import APIKeysCurl
import Foundation
import JunctionKeys

/// A job that creates a key for each of many items, 16 at a time, over libcurl, against a server that takes 50 ms, with
/// its ledger in a file. Ideally, it takes the server's time alone.
struct ProvisioningLoad {
    private struct Item: ProvisioningItem {
        let id: String
        var label: String { "ci" }
    }

    private static let concurrency = 16

    private let count: Int
    private let folder: URL
    private let junction: JunctionClient
    private let team = UUID()

    /// Starts the server.
    ///
    /// - Parameter count: How many items there are.
    /// - Throws: An error if there is no port, no libcurl or no folder for the ledger: `BENCHMARK_FOLDER`, which should
    ///   be on a disk, or else the temporary folder.
    init(count: Int) throws {
        self.count = max(count, 1)
        let parent =
            ProcessInfo.processInfo.environment["BENCHMARK_FOLDER"].map {
                URL(filePath: $0, directoryHint: .isDirectory)
            }
            ?? FileManager.default.temporaryDirectory
        folder = parent.appending(path: "benchmark-\(UUID())", directoryHint: .isDirectory)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        let peer = try SlowPeer { request in
            // The request's body is a flat object.
            let label = request.components(separatedBy: #""label":""#).last?.prefix { $0 != "\"" } ?? ""
            let body =
                #"{"id":"\#(UUID().uuidString.lowercased())","label":"\#(label)","value":"sk_\#(UUID())","#
                + #""team_id":"5f0c2f9e-6b1d-4c1a-9d0e-0f2f6a3b7c11","created_at":"2026-01-01T00:00:00Z"}"#
            return (body, 50_000)
        }
        junction = JunctionClient(
            managementKey: Secret("mg_benchmark"), organizationID: UUID(),
            configuration: ClientConfiguration(baseURL: URL(string: "http://127.0.0.1:\(peer.port)")),
            transport: try CurlTransport())
    }

    /// Runs the job.
    ///
    /// - Returns: How long it took, beside the ideal.
    func run() async throws -> String {
        defer { try? FileManager.default.removeItem(at: folder) }
        let stored = Locked(0)
        let job = Provisioning<Item>(
            ledger: try FileLedger(folder.appending(path: "ledger")), concurrency: Self.concurrency,
            ring: { [junction, team] _ in junction.teamKeyRing(teamID: team, environment: .production, region: .us) },
            store: { _, _ in stored.withLock { $0 += 1 } })
        let items = (0..<count).map { Item(id: "item-\($0)") }
        let (start, processor) = (ContinuousClock.now, TransportLoad.processorTime)
        let report = try await job.run(items)
        let (time, used) = (ContinuousClock.now - start, TransportLoad.processorTime - processor)
        guard report.stored.count == count, stored.withLock({ $0 }) == count else {
            throw CocoaError(.featureUnsupported)
        }
        let seconds = time / .seconds(1)
        let ideal = Double((count + Self.concurrency - 1) / Self.concurrency) * 0.05
        return String(
            format:
                "%d items at concurrency %d: %.2f s, %.3f times the ideal %.2f s; %.2f s of CPU, the server's included",
            count, Self.concurrency, seconds, seconds / ideal, ideal, used)
    }
}
