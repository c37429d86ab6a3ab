import APIKeys
import Foundation

/// One client's connection: reads a request, hands it out, writes its answer, and so on, one request at a time.
///
/// Belongs to the event loop's thread.
final class Connection {
    typealias Instant = ContinuousClock.Instant

    private enum Phase {
        /// Waits for a request, or for the rest of one.
        case reading
        /// The handler has a request. Nothing is read meanwhile: a client that sends more has to wait.
        case handling(IncomingRequest)
        /// The output is the rest of an answer.
        case answering(then: End)
        /// Everything is said. What still arrives is dropped: closing with bytes unread would reset the connection, and
        /// could take the answer from the client that way.
        case draining
        case closed
    }

    /// What comes after an answer.
    private enum End {
        case nextRequest, close, reset
    }

    private var phase = Phase.reading
    private var socket: Socket?
    private var parser: HTTPRequestParser
    private var output: ArraySlice<UInt8> = []
    private let patience: Duration
    /// When ``expire(_:)`` is due; `nil` while it is for the handler to act.
    private(set) var deadline: Instant?
    /// Whether the connection was turned away when it came.
    private(set) var isRefused = false

    init(_ socket: Socket, limits: LoopbackServer.Limits, authority: String, now: Instant) {
        self.socket = socket
        parser = HTTPRequestParser(limits: limits, defaultAuthority: authority)
        patience = limits.idleTimeout
        deadline = now + patience
    }

    /// Whether there is nothing left to do: the socket is closed, and no handler is at work.
    var isOver: Bool {
        if case .closed = phase { true } else { false }
    }

    /// The socket and what to wait for; `nil` if it is closed.
    var waiting: (Socket, Socket.Interest)? {
        guard let socket else { return nil }
        guard output.isEmpty else { return (socket, .write) }
        switch phase {
        case .reading, .draining: return (socket, .read)
        case .handling, .answering, .closed: return (socket, [])
        }
    }
}

// MARK: - What happens to it. Each returns a request if there is one to hand to the handler.

extension Connection {
    /// Something that was waited for has happened to the socket.
    func ready(_ event: Socket.Interest, scratch: inout [UInt8], now: Instant) -> HTTPRequest? {
        switch phase {
        case .handling:
            // The handler goes on, as it would in a real server; its answer finds nobody.
            if !event.isDisjoint(with: .broken) { socket = nil }
            return nil
        case .reading where output.isEmpty, .draining: receive(&scratch, now)
        case .reading, .answering, .closed: break
        }
        return advance(now)
    }

    /// The handler is done.
    func finish(_ outcome: Result<HTTPResponse, any Error>, now: Instant) -> HTTPRequest? {
        guard case .handling(let incoming) = phase else { return nil }
        guard socket != nil else {
            close()
            return nil
        }
        switch outcome {
        case .success(let response): respond(to: incoming, with: response, now)
        case .failure(let drop as LoopbackServer.ConnectionDrop): follow(drop, incoming, now)
        case .failure(let error):
            // The error's type alone: its text may hold anything.
            respond(to: incoming, with: HTTPResponseSerializer.error(500, "The handler threw \(type(of: error))"), now)
        }
        return advance(now)
    }

    /// The deadline has passed.
    func expire(_ now: Instant) {
        if case .reading = phase, output.isEmpty, !parser.isIdle {
            reject(RequestRejection(408, "The request did not arrive in time"), now)
            _ = advance(now)
        } else {
            close()
        }
    }

    /// The connection is one too many.
    func refuse(_ now: Instant) {
        isRefused = true
        reject(RequestRejection(503, "There are too many connections"), now)
        _ = advance(now)
    }

    /// Closes the socket without a word.
    private func close() {
        phase = .closed
        socket = nil
        output = []
        deadline = nil
    }
}

// MARK: - Its own moves

extension Connection {
    /// Writes, reads requests and changes phase as far as it goes without waiting.
    private func advance(_ now: Instant) -> HTTPRequest? {
        while flush(now) {
            switch phase {
            case .reading:
                switch parser.next() {
                case .needsMoreBytes: return nil
                case .expectsContinue: output = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)[...]
                case .rejected(let rejection): reject(rejection, now)
                case .request(let incoming):
                    phase = .handling(incoming)
                    deadline = nil
                    return incoming.request
                }
            case .answering(then: .nextRequest):
                phase = .reading
                deadline = now + patience
            case .answering(then: .close):
                socket?.endOutput()
                phase = .draining
                deadline = now + min(patience, .seconds(1))
            case .answering(then: .reset):
                socket?.resetOnClose()
                close()
            case .handling, .draining, .closed: return nil
            }
        }
        return nil
    }

    private func receive(_ scratch: inout [UInt8], _ now: Instant) {
        switch socket?.read(into: &scratch) {
        case .bytes(let count):
            guard case .reading = phase else { return }
            if parser.isIdle { deadline = now + patience }
            parser.append(scratch[..<count])
        case .wouldBlock: break
        case .ended, .failed, nil: close()
        }
    }

    /// Writes what there is to write.
    ///
    /// - Returns: Whether all of it is written and the connection still stands.
    private func flush(_ now: Instant) -> Bool {
        while !output.isEmpty {
            switch socket?.write(output) {
            case .bytes(let count):
                output = output.dropFirst(count)
                if case .answering = phase { deadline = now + patience }
            case .wouldBlock: return false
            case .ended, .failed, nil: close()
            }
        }
        return socket != nil
    }

    private func respond(to incoming: IncomingRequest, with response: HTTPResponse, _ now: Instant) {
        let problem = HTTPResponseSerializer.problem(in: response)
        let response = problem.map { HTTPResponseSerializer.error(500, $0) } ?? response
        let asksForClose = response.headers.values(for: "Connection").contains { $0.lowercased() == "close" }
        let keepsAlive = incoming.keepsAlive && !asksForClose
        let message = Self.message(response, to: incoming, keepsAlive: keepsAlive)
        say(message.head + message.body, then: keepsAlive ? .nextRequest : .close, now)
    }

    private func follow(_ drop: LoopbackServer.ConnectionDrop, _ incoming: IncomingRequest, _ now: Instant) {
        let end: End = drop.isReset ? .reset : .close
        switch drop.part {
        case .nothing: say([], then: end, now)
        case .head(let count, let response):
            let head = Self.message(response, to: incoming, keepsAlive: incoming.keepsAlive).head
            say(Array(head.dropLast().prefix(max(count, 0))), then: end, now)
        case .body(let count, let response):
            let message = Self.message(response, to: incoming, keepsAlive: incoming.keepsAlive)
            say(message.head + message.body.prefix(max(count, 0)), then: end, now)
        }
    }

    private func reject(_ rejection: RequestRejection, _ now: Instant) {
        let message = HTTPResponseSerializer(method: nil, keepsAlive: false).message(
            HTTPResponseSerializer.error(rejection.status, rejection.detail), date: Date())
        say(message.head + message.body, then: .close, now)
    }

    private func say(_ bytes: [UInt8], then end: End, _ now: Instant) {
        output = bytes[...]
        phase = .answering(then: end)
        deadline = now + patience
    }

    private static func message(
        _ response: HTTPResponse, to incoming: IncomingRequest, keepsAlive: Bool
    ) -> (head: [UInt8], body: Data) {
        HTTPResponseSerializer(method: incoming.request.method, isHTTP10: incoming.isHTTP10, keepsAlive: keepsAlive)
            .message(response, date: Date())
    }
}
