import APIKeysSandbox

/// A client that writes and reads bytes as a test says. It blocks its thread: use it within ``offPool(_:)``.
final class RawClient {
    /// A response as it came.
    struct Response: Equatable {
        var status: Int
        var head: String
        var body: String

        func header(_ name: String) -> String? {
            let line = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix(name.lowercased() + ": ") }
            return line.map { String($0.dropFirst(name.count + 2)) }
        }
    }

    private let socket: Socket
    private var received: [UInt8] = []
    /// How long a call waits before the test fails.
    private var deadline: Socket.Instant { .now + .seconds(30) }

    init(host: String = "127.0.0.1", port: UInt16) throws {
        socket = try Socket(connectingTo: host, port: port)
    }

    func send(_ text: String) throws {
        try send(Array(text.utf8))
    }

    func send(_ bytes: [UInt8]) throws {
        try socket.write(bytes, until: deadline)
    }

    func endOutput() {
        socket.endOutput()
    }

    /// Reads one response; `nil` where the connection ends first.
    func response(toHead isHead: Bool = false) throws -> Response? {
        let mark = Array("\r\n\r\n".utf8)
        var end: Int?
        while end == nil {
            end = received.indices.first { received[$0...].starts(with: mark) }
            if end == nil, try !receive() { return nil }
        }
        guard let end else { return nil }
        let head = String(decoding: received[..<end], as: UTF8.self)
        var response = Response(status: Int(head.dropFirst(9).prefix(3)) ?? 0, head: head, body: "")
        received.removeFirst(end + 4)
        let length = isHead ? 0 : Int(response.header("Content-Length") ?? "0") ?? 0
        while received.count < length {
            if try !receive() { return nil }
        }
        response.body = String(decoding: received.prefix(length), as: UTF8.self)
        received.removeFirst(length)
        return response
    }

    /// Reads until the server ends the connection.
    func rest() throws -> String {
        while try receive() {}
        return String(decoding: received, as: UTF8.self)
    }

    /// Reads what there is.
    ///
    /// - Returns: Whether the connection goes on.
    private func receive() throws -> Bool {
        guard let bytes = try socket.read(until: deadline) else { return false }
        received += bytes
        return true
    }
}

/// Runs blocking work on a thread of its own: those of the pool are for the server's handlers.
func offPool<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        do {
            try detachThread { continuation.resume(with: Result(catching: work)) }
        } catch {
            continuation.resume(throwing: error)
        }
    }
}
