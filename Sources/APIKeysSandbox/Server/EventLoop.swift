import APIKeys
import Foundation

/// The one thread of a ``LoopbackServer``: waits for all sockets at once and lets each connection do what it can.
///
/// Handlers run elsewhere, each in a task, and send what they come to by ``Mailbox``.
final class EventLoop {
    private let listeners: [Socket]
    private let mailbox: Mailbox
    /// The bell's other end.
    private let ear: Socket
    private let handler: any HTTPTransport
    private let limits: LoopbackServer.Limits
    private let authority: String

    private var connections: [Int: Connection] = [:]
    private var refused = 0
    private var lastID = 0
    private var tasks: [Int: Task<Void, Never>] = [:]
    private var scratch = [UInt8](repeating: 0, count: 64 * 1024)
    /// Until when no connection is accepted, because descriptors or memory ran out.
    private var pauseEnd: ContinuousClock.Instant?
    private var isStopping = false

    /// How many connections that are one too many are told so; further ones are closed without a word.
    private static let maximumRefusals = 128

    init(
        listeners: [Socket], mailbox: Mailbox, ear: Socket, handler: any HTTPTransport, limits: LoopbackServer.Limits,
        authority: String
    ) {
        self.listeners = listeners
        self.mailbox = mailbox
        self.ear = ear
        self.handler = handler
        self.limits = limits
        self.authority = authority
    }

    /// Serves until it is told to stop.
    func run() {
        while !isStopping { turn() }
        for task in tasks.values { task.cancel() }
    }

    /// Waits once and handles what has happened.
    private func turn() {
        let waiting = connections.compactMap { id, connection in connection.waiting.map { (id, $0) } }
        let deadlines = connections.values.compactMap(\.deadline) + (pauseEnd.map { [$0] } ?? [])
        let events: [Socket.Interest]
        do {
            events = try Socket.wait(
                for: [(ear, .read)] + listeners.map { ($0, pauseEnd == nil ? .read : []) } + waiting.map(\.1),
                timeout: deadlines.min().map { ContinuousClock.now.duration(to: $0) })
        } catch {
            // Out of memory: time may help, and trying again at once would not.
            Thread.sleep(forTimeInterval: 0.01)
            return
        }
        let now = ContinuousClock.now
        if !events[0].isEmpty { readMail(now) }
        for ((id, _), event) in zip(waiting, events.dropFirst(1 + listeners.count)) where !event.isEmpty {
            attend(id) { $0.ready(event, scratch: &scratch, now: now) }
        }
        for (id, connection) in connections {
            guard let deadline = connection.deadline, deadline <= now else { continue }
            attend(id) { connection in
                connection.expire(now)
                return nil
            }
        }
        if let end = pauseEnd, end <= now { pauseEnd = nil }
        for (listener, event) in zip(listeners, events.dropFirst()) where !event.isEmpty && !isStopping {
            accept(from: listener, now)
        }
    }

    private func readMail(_ now: ContinuousClock.Instant) {
        while case .bytes = ear.read(into: &scratch) {}
        for message in mailbox.collect() {
            switch message {
            case .stop: isStopping = true
            case .outcome(let outcome, connection: let id):
                tasks[id] = nil
                attend(id) { $0.finish(outcome, now: now) }
            }
        }
    }

    /// Lets a connection act, starts the handler if a request comes of it, and forgets the connection at its end.
    private func attend(_ id: Int, _ act: (Connection) -> HTTPRequest?) {
        guard let connection = connections[id] else { return }
        if let request = act(connection) {
            tasks[id] = Task { [handler, mailbox] in
                let outcome: Result<HTTPResponse, any Error>
                do { outcome = .success(try await handler.send(request)) } catch { outcome = .failure(error) }
                mailbox.post(.outcome(outcome, connection: id))
            }
        }
        if connection.isOver {
            connections[id] = nil
            if connection.isRefused { refused -= 1 }
        }
    }

    private func accept(from listener: Socket, _ now: ContinuousClock.Instant) {
        // Not without end: those who are in have their turn, too.
        for _ in 0..<128 {
            switch listener.nextConnection() {
            case .none: return
            case .exhausted:
                pauseEnd = now + .milliseconds(100)
                return
            case .connection(let socket):
                let isTooMany = connections.count - refused >= limits.maximumConnections
                if isTooMany, refused >= Self.maximumRefusals { continue }
                lastID += 1
                connections[lastID] = Connection(socket, limits: limits, authority: authority, now: now)
                guard isTooMany else { continue }
                refused += 1
                attend(lastID) { connection in
                    connection.refuse(now)
                    return nil
                }
            }
        }
    }
}

/// How other threads reach the event loop: they leave a message and ring a bell that the loop's wait hears.
final class Mailbox: Sendable {
    enum Message: Sendable {
        /// The handler's answer to a connection's request.
        case outcome(Result<HTTPResponse, any Error>, connection: Int)
        case stop
    }

    private struct State: Sendable {
        var messages: [Message] = []
        /// A socket whose other end the loop waits for; `nil` at the end.
        var bell: Socket?
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Locked<State>

    init(bell: Socket) {
        state = Locked(State(bell: bell))
    }

    /// Leaves a message. Dropped if the loop is at its end.
    func post(_ message: Message) {
        state.withLock { state in
            guard let bell = state.bell else { return }
            // One ring is enough for any number of messages: they are collected all at once.
            if state.messages.isEmpty { _ = bell.write([0]) }
            state.messages.append(message)
        }
    }

    /// Takes the messages. The bell is to be silenced before: a message in between would ring unheard otherwise.
    func collect() -> [Message] {
        state.withLock { state in
            defer { state.messages = [] }
            return state.messages
        }
    }

    /// Stops taking work, and resumes those who wait for that.
    func close() {
        let waiters = state.withLock { state in
            defer { state = State() }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Returns once the mailbox is closed.
    func closed() async {
        await withCheckedContinuation { waiter in
            let isClosed = state.withLock { state in
                if state.bell != nil { state.waiters.append(waiter) }
                return state.bell == nil
            }
            if isClosed { waiter.resume() }
        }
    }
}
