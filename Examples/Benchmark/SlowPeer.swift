import Foundation

/// A server in this process that costs next to nothing: it waits, and then answers what it is told to.
struct SlowPeer {
    let port: UInt16

    /// Starts the peer.
    ///
    /// - Parameter answer: The body of the answer to a request, and how long to wait before it is sent.
    /// - Throws: `POSIXError` if there is no port to listen on.
    init(_ answer: @escaping @Sendable (_ request: String) -> (body: String, microseconds: UInt32)) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) == 0 && listen(listener, 128) == 0 && getsockname(listener, $0, &size) == 0
            }
        }
        guard isListening else { throw POSIXError(.EADDRINUSE) }
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread {
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { return }
                Thread.detachNewThread { Self.serve(connection, answer) }
            }
        }
    }

    /// Answers what comes over a connection, until it is to be closed.
    private static func serve(_ connection: Int32, _ answer: (String) -> (body: String, microseconds: UInt32)) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var request = ""
        while true {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            request += String(decoding: buffer[..<count], as: UTF8.self)
            // The body ends it.
            guard request.hasSuffix("}") else { continue }
            let (body, microseconds) = answer(request)
            if microseconds > 0 { usleep(microseconds) }
            let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
            let bytes = Array((head + body).utf8)
            guard send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else { break }
            if request.lowercased().contains("connection: close") { break }
            request = ""
        }
        close(connection)
    }
}
