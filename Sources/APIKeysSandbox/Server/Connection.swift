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
        /// The handler has a request. Nothing is read meanwhile: whoever sends more has to wait.
        case handling(IncomingRequest)
        /// The output is the rest of an answer.
        case answering(keepsAlive: Bool)
        /// The output is the beginning of an answer, and the connection is reset behind it.
        case resetting
        /// Everything is said. What still arrives is dropped: closing with bytes unread would reset the connection, and
        /// could take the answer from the client that way.
        case draining
        case closed
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

    /// The socket and what to wait for; `nil` where it is closed.
    var waiting: (Socket, Socket.Interest)? {
        guard let socket else { return nil }
        guard output.isEmpty else { return (socket, .write) }
        switch phase {
        case .reading, .draining: return (socket, .read)
        case .handling, .answering, .resetting, .closed: return (socket, [])
        }
    }
}

// MARK: - What happens to it. Each returns a request where there is one to hand to the handler.

extension Connection {
    /// Something that was waited for has happened to the socket.
    func ready(_ event: Socket.Interest, scratch: inout [UInt8], now: Instant) -> HTTPRequest? {
        switch phase {
        case .handling:
            // The handler goes on, as it would in a real server; its answer finds nobody.
            if !event.isDisjoint(with: .broken) { socket = nil }
            return nil
        case .reading where output.isEmpty, .draining:
            receive(&scratch, now)
        case .reading, .answering, .resetting, .closed:
            break
        }
        return advance(now)
    }

    /// The handler is done.
    func finish(_ outcome: HandlerOutcome, now: Instant) -> HTTPRequest? {
        guard case .handling(let incoming) = phase else { return nil }
        guard socket != nil else {
            close()
            return nil
        }
        let answer = Answer(to: incoming, outcome)
        say(answer.bytes, keepsAlive: answer.keepsAlive, now)
        if answer.resets { phase = .resetting }
        return advance(now)
    }

    /// The deadline has passed.
    func expire(_ now: Instant) {
        if case .reading = phase, output.isEmpty, !parser.isIdle {
            reject(.tooSlow, now)
            _ = advance(now)
        } else {
            close()
        }
    }

    /// The connection is one too many.
    func refuse(_ now: Instant) {
        isRefused = true
        reject(.tooManyConnections, now)
        _ = advance(now)
    }

    /// Closes the socket without a word.
    func close() {
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
            case .answering(keepsAlive: true):
                phase = .reading
                deadline = now + patience
            case .answering(keepsAlive: false):
                socket?.endOutput()
                phase = .draining
                deadline = now + min(patience, .seconds(1))
            case .resetting:
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

    private func reject(_ rejection: RequestRejection, _ now: Instant) {
        let response = HTTPResponseSerializer.error(rejection.status, rejection.detail)
        let message = HTTPResponseSerializer(method: nil, keepsAlive: false).message(response, date: Date())
        say(message.bytes[...], keepsAlive: false, now)
    }

    private func say(_ bytes: ArraySlice<UInt8>, keepsAlive: Bool, _ now: Instant) {
        output = bytes
        phase = .answering(keepsAlive: keepsAlive)
        deadline = now + patience
    }
}
