import APIKeys
import APIKeysSandbox
import Foundation

/// One connection of a ``LoopbackPeer``, as the server sees it. Every call blocks until it is done.
package final class PeerConnection: Sendable {
    private let socket: Socket
    private let state = Locked((unread: [UInt8](), requests: [String]()))

    init(_ socket: Socket) {
        self.socket = socket
    }

    package var requests: [String] { state.withLock { $0.requests } }

    /// Reads one request, its body by `Content-Length`.
    ///
    /// - Returns: The request as text; `nil` where the client closed the connection first.
    @discardableResult
    package func readRequest() -> String? {
        var bytes = state.withLock { $0.unread }
        var end: Int?
        while end == nil {
            end = Self.end(ofRequestIn: bytes)
            if end == nil {
                guard let more = read() else { return nil }
                bytes += more
            }
        }
        let length = end ?? 0
        let request = String(decoding: bytes[..<length], as: UTF8.self)
        let rest = Array(bytes[length...])
        state.withLock { state in
            state.unread = rest
            state.requests.append(request)
        }
        return request
    }

    private static func end(ofRequestIn bytes: [UInt8]) -> Int? {
        guard let head = Data(bytes).range(of: Data("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: bytes[..<head.lowerBound], as: UTF8.self).lowercased()
        let field = lines.split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
        let length = field.flatMap { Int($0.dropFirst("content-length:".count).trimmingPrefix(" ")) } ?? 0
        return bytes.count >= head.upperBound + length ? head.upperBound + length : nil
    }

    /// Reads what has come; `nil` at the end of the stream, or if the connection broke.
    package func read(atMost limit: Int = 65536) -> [UInt8]? {
        try? socket.read(atMost: limit)
    }

    /// Sends text as UTF-8.
    ///
    /// - Returns: Whether the client took it.
    @discardableResult
    package func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    /// Sends bytes.
    ///
    /// - Returns: Whether the client took them.
    @discardableResult
    package func send(_ bytes: [UInt8]) -> Bool { (try? socket.write(bytes)) != nil }

    /// Waits for the client to close the connection, or for anything else to read.
    package func isClosedByClient(within milliseconds: Int) -> Bool {
        socket.isReadable(within: .milliseconds(milliseconds))
    }

    /// Waits until the client closes the connection: keeps silent in the meantime.
    package func hold() {
        while read() != nil {}
    }

    /// Waits until the client's system has acknowledged all that was sent: a reset may overtake it otherwise.
    package func waitUntilReceived() {
        while socket.unacknowledgedBytes > 0, !isClosedByClient(within: 1) {}
    }

    /// Closes with RST: the client's next read fails.
    package func reset() {
        socket.resetOnClose()
        close()
    }

    /// Closes with FIN.
    package func close() {
        socket.close()
    }

    /// Lets a blocked call return, from another thread.
    func interrupt() {
        socket.interrupt()
    }
}
