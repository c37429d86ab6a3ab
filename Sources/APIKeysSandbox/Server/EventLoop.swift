import APIKeys
import Foundation

/// The one thread of a ``LoopbackServer``: waits for all sockets at once and lets each connection do what it can.
///
/// Handlers run elsewhere, each in a task, and send what they come to by ``Mailbox``.
final class EventLoop {
    private let listener: Socket
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
    /// Until when no connection is accepted, where descriptors or memory ran out.
    private var pauseEnd: ContinuousClock.Instant?
    private var isStopping = false

    /// How many connections that are one too many are told so; further ones are closed without a word.
    private static let maximumRefusals = 128

    init(
        listener: Socket, mailbox: Mailbox, ear: Socket, handler: any HTTPTransport, limits: LoopbackServer.Limits,
        authority: String
    ) {
        self.listener = listener
        self.mailbox = mailbox
        self.ear = ear
        self.handler = handler
        self.limits = limits
        self.authority = authority
    }

    /// Serves until it is told to stop.
    func run() {
        while !isStopping {
            turn()
        }
        for task in tasks.values { task.cancel() }
        mailbox.close()
    }

    /// Waits once and handles what has happened.
    private func turn() {
        let waiting = connections.compactMap { id, connection in connection.waiting.map { (id, $0) } }
        var entries: [(Socket, Socket.Interest)] = [(ear, .read), (listener, pauseEnd == nil ? .read : [])]
        entries.append(contentsOf: waiting.map(\.1))
        let events: [Socket.Interest]
        do {
            events = try Socket.wait(for: entries, timeout: timeout())
        } catch {
            // Out of memory: time may help, and trying again at once would not.
            Thread.sleep(forTimeInterval: 0.01)
            return
        }
        let now = ContinuousClock.now
        if !events[0].isEmpty { readMail(now) }
        for ((id, _), event) in zip(waiting, events.dropFirst(2)) where !event.isEmpty {
            attend(id) { $0.ready(event, scratch: &scratch, now: now) }
        }
        for (id, connection) in connections {
            if let deadline = connection.deadline, deadline <= now {
                attend(id) { connection in
                    connection.expire(now)
                    return nil
                }
            }
        }
        if let end = pauseEnd, end <= now { pauseEnd = nil }
        if !events[1].isEmpty, !isStopping { accept(now) }
    }

    /// How long to wait until the first deadline.
    private func timeout() -> Duration? {
        let deadlines = connections.values.compactMap(\.deadline) + (pauseEnd.map { [$0] } ?? [])
        return deadlines.min().map { ContinuousClock.now.duration(to: $0) }
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

    /// Lets a connection act, starts the handler where a request comes of it, and forgets the connection at its end.
    private func attend(_ id: Int, _ act: (Connection) -> HTTPRequest?) {
        guard let connection = connections[id] else { return }
        if let request = act(connection) { tasks[id] = Self.task(for: request, of: id, handler, mailbox) }
        if connection.isOver {
            connections[id] = nil
            if connection.isRefused { refused -= 1 }
        }
    }

    private static func task(
        for request: HTTPRequest, of id: Int, _ handler: any HTTPTransport, _ mailbox: Mailbox
    ) -> Task<Void, Never> {
        Task {
            let outcome = await HandlerOutcome(of: request, handler)
            mailbox.post(.outcome(outcome, connection: id))
        }
    }

    private func accept(_ now: ContinuousClock.Instant) {
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
                if isTooMany {
                    refused += 1
                    attend(lastID) { connection in
                        connection.refuse(now)
                        return nil
                    }
                }
            }
        }
    }
}
