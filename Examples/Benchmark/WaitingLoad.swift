import Foundation

/// What a create costs while its answer does not come: over each transport, on a fresh and on a kept connection,
/// against a peer in this process that answers at once or after some seconds, and that costs nothing meanwhile.
struct WaitingLoad {
    private let seconds: Int
    private let peer: SlowPeer

    /// Starts the peer.
    ///
    /// - Parameter seconds: How long it waits before it answers.
    /// - Throws: `POSIXError` if there is no port to listen on.
    init(seconds: Int) throws {
        let seconds = min(max(seconds, 1), 20)
        self.seconds = seconds
        peer = try SlowPeer { ("{}", $0.hasPrefix("POST /wait") ? UInt32(seconds) * 1_000_000 : 0) }
    }

    /// Makes one call over each transport.
    ///
    /// - Returns: A line for each: how much of the wait a processor was busy.
    func run() async throws -> String {
        var lines = ["| over | s of CPU while a create waits \(seconds) s |", "|---|---|"]
        for name in ["urlsession", "urlsession-kept", "curl-fresh", "curl-kept"] {
            guard
                let ready = URL(string: "http://127.0.0.1:\(peer.port)/"),
                let waiting = URL(string: "http://127.0.0.1:\(peer.port)/wait")
            else { continue }
            let client = try TransportLoad.client(name, certificateAuthorityFile: nil)
            try await client.call(ready, isCreate: true)
            let before = TransportLoad.processorTime
            try await client.call(waiting, isCreate: true)
            lines.append("| \(name) | \(String(format: "%.2f", TransportLoad.processorTime - before)) |")
        }
        return lines.joined(separator: "\n")
    }
}
