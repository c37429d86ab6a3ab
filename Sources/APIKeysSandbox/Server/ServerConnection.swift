import APIKeys
import Dispatch
import Foundation

/// One client's connection, which blocks a thread of its own: reads a request, has it handled, writes its answer, and
/// so on, one request at a time.
final class ServerConnection: Sendable {
    private typealias Outcome = Result<HTTPResponse, any Error>

    private struct State: Sendable {
        var isStopped = false
        var handling: Task<Void, Never>?
    }

    /// Whether the connection is one too many: it is told so, and nothing is read.
    let isRefused: Bool
    private let socket: Socket
    private let limits: LoopbackServer.Limits
    private let authority: String
    private let state = Locked(State())
    /// Counts up once the thread need not wait for the handler any longer.
    private let isHandled = DispatchSemaphore(value: 0)

    init(_ socket: Socket, limits: LoopbackServer.Limits, authority: String, isRefused: Bool) {
        self.socket = socket
        self.limits = limits
        self.authority = authority
        self.isRefused = isRefused
    }

    /// Serves the client until one of both ends the connection, or ``stop()`` does.
    func run(_ handler: any HTTPTransport) {
        defer { socket.close() }
        // A client that is gone, or too slow to take its answer, gets no further word.
        try? isRefused ? reject(Rejection(503, "There are too many connections")) : serve(handler)
    }

    /// Ends the connection, whatever its thread waits for, and cancels the handler. For any thread.
    func stop() {
        let handling = state.withLock { state in
            state.isStopped = true
            return state.handling
        }
        socket.interrupt()
        handling?.cancel()
        isHandled.signal()
    }

    private func serve(_ handler: any HTTPTransport) throws {
        let patience = limits.idleTimeout
        var deadline = Socket.Instant.now + patience
        var reader = HTTPRequestReader(limits: limits, defaultAuthority: authority) { [socket] isIdle in
            let bytes = try socket.read(until: deadline)
            // The time for a request begins with its first byte, and the next ones do not put its end off.
            if isIdle { deadline = .now + patience }
            return bytes
        } agree: { [socket] in
            try socket.write(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8), until: deadline)
        }
        while true {
            do {
                // Nothing is read while a request is handled and answered: a client that sends more has to wait.
                guard let incoming = try reader.next(), let outcome = outcome(of: incoming.request, handler),
                    try answer(incoming, outcome)
                else { return }
            } catch let rejection as Rejection {
                return try reject(rejection)
            } catch let error as SocketError where error == .timedOut && !reader.isIdle {
                return try reject(Rejection(408, "The request did not arrive in time"))
            }
            deadline = .now + patience
        }
    }

    /// Lets the handler answer in a task, and waits for it; `nil` if the connection was stopped.
    private func outcome(of request: HTTPRequest, _ handler: any HTTPTransport) -> Outcome? {
        let outcome = Locked<Outcome?>(nil)
        let handling = Task { [isHandled] in
            let result: Outcome
            do { result = .success(try await handler.send(request)) } catch { result = .failure(error) }
            outcome.withLock { $0 = result }
            isHandled.signal()
        }
        let isStopped = state.withLock { state in
            state.handling = handling
            return state.isStopped
        }
        if isStopped { handling.cancel() } else { isHandled.wait() }
        return state.withLock { state in
            state.handling = nil
            return state.isStopped ? nil : outcome.withLock { $0 }
        }
    }
}

// MARK: - Answers

extension ServerConnection {
    /// Writes what a handler has come to, and says whether the connection stays open.
    private func answer(_ incoming: IncomingRequest, _ outcome: Outcome) throws -> Bool {
        let (response, drop) = Self.response(outcome)
        let asksForClose = response.headers.values(for: "Connection").contains { $0.lowercased() == "close" }
        let keepsAlive = incoming.keepsAlive && (drop != nil || !asksForClose)
        let message = response.message(
            to: incoming.request.method, isHTTP10: incoming.isHTTP10, keepsAlive: keepsAlive)
        switch drop?.part {
        case nil: try write(message.head + message.body)
        case .nothing: break
        case .head(let count, _): try write(Array(message.head.dropLast().prefix(max(count, 0))))
        case .body(let count, _): try write(message.head + message.body.prefix(max(count, 0)))
        }
        if drop?.isReset == true {
            socket.resetOnClose()
        } else if drop != nil || !keepsAlive {
            end()
        }
        return drop == nil && keepsAlive
    }

    /// The response to write, and how much of it if not all.
    private static func response(_ outcome: Outcome) -> (HTTPResponse, LoopbackServer.ConnectionDrop?) {
        switch outcome {
        case .success(let response):
            return (response.problem.map { Rejection(500, $0).response } ?? response, nil)
        case .failure(let drop as LoopbackServer.ConnectionDrop):
            switch drop.part {
            case .nothing: return (HTTPResponse(status: 204), drop)
            case .head(_, let response), .body(_, let response): return (response, drop)
            }
        case .failure(let error):
            // The error's type alone: its text may hold anything.
            return (Rejection(500, "The handler threw \(type(of: error))").response, nil)
        }
    }

    private func reject(_ rejection: Rejection) throws {
        let message = rejection.response.message(to: nil, keepsAlive: false)
        try write(message.head + message.body)
        end()
    }

    private func write(_ bytes: [UInt8]) throws {
        try socket.write(bytes, until: .now + limits.idleTimeout)
    }

    /// Says that this was all, and drops what still arrives for a while: closing with bytes unread would reset the
    /// connection, and could take the answer from the client that way.
    private func end() {
        socket.endOutput()
        let deadline = Socket.Instant.now + min(limits.idleTimeout, .seconds(1))
        while (try? socket.read(until: deadline)) != nil {}
    }
}
