import Dispatch
import Foundation

/// What a create costs while its answer does not come: over each transport, on a fresh and on a kept connection,
/// against a peer in this process that answers at once or after some seconds, and that costs nothing meanwhile.
struct WaitingLoad {
    private let seconds: Int
    private let port: UInt16

    /// Starts the peer.
    ///
    /// - Parameter seconds: How long it waits before it answers.
    /// - Throws: `POSIXError` if there is no port to listen on.
    init(seconds: Int) throws {
        self.seconds = min(max(seconds, 1), 20)
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) == 0 && listen(listener, 8) == 0 && getsockname(listener, $0, &size) == 0
            }
        }
        guard isListening else { throw POSIXError(.EADDRINUSE) }
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread { [seconds = self.seconds] in
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { return }
                Thread.detachNewThread { Self.serve(connection, seconds) }
            }
        }
    }

    /// Answers what comes over a connection, until it is to be closed.
    private static func serve(_ connection: Int32, _ seconds: Int) {
        let answer = Array("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}".utf8)
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var request = ""
        while true {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            request += String(decoding: buffer[..<count], as: UTF8.self)
            // The body ends it.
            guard request.hasSuffix("}") else { continue }
            if request.hasPrefix("POST /wait") { sleep(UInt32(seconds)) }
            guard send(connection, answer, answer.count, Int32(MSG_NOSIGNAL)) == answer.count else { break }
            if request.lowercased().contains("connection: close") { break }
            request = ""
        }
        close(connection)
    }

    /// Makes one call over each transport.
    ///
    /// - Returns: A line for each: how much of the wait a processor was busy.
    func run() async throws -> String {
        var lines = ["| over | s of CPU while a create waits \(seconds) s |", "|---|---|"]
        for name in ["urlsession", "urlsession-kept", "curl-fresh", "curl-kept"] {
            guard
                let ready = URL(string: "http://127.0.0.1:\(port)/"),
                let waiting = URL(string: "http://127.0.0.1:\(port)/wait")
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
