import APIKeys
import Dispatch
import Foundation

/// The threads of a ``LoopbackServer``: one that accepts connections, and one for each connection.
final class ServerThreads: Sendable {
    private struct State: Sendable {
        var connections: [Int: ServerConnection] = [:]
        var lastID = 0
        var isStopping = false
    }

    private let listener: Listener
    private let handler: any HTTPTransport
    private let limits: LoopbackServer.Limits
    private let authority: String
    private let state = Locked(State())
    private let threads = DispatchGroup()

    /// How many connections that are one too many are told so; further ones are closed without a word.
    private static let maximumRefusals = 128

    /// Starts to accept connections.
    init(
        _ listener: Listener, handler: any HTTPTransport, limits: LoopbackServer.Limits, authority: String
    ) throws(SocketError) {
        self.listener = listener
        self.handler = handler
        self.limits = limits
        self.authority = authority
        try start { [self] in
            while let socket = listener.next() { accept(socket) }
        }
    }

    /// Ends all threads: each at once, whatever it waits for.
    func stop() {
        let connections = state.withLock { state in
            state.isStopping = true
            return Array(state.connections.values)
        }
        listener.stop()
        for connection in connections { connection.stop() }
    }

    /// Returns once all threads are at their end.
    func ended() async {
        await withCheckedContinuation { waiter in
            threads.notify(queue: .global()) { waiter.resume() }
        }
    }

    private func accept(_ socket: Socket) {
        let accepted = state.withLock { state -> (Int, ServerConnection)? in
            let refused = state.connections.values.count(where: \.isRefused)
            let isTooMany = state.connections.count - refused >= limits.maximumConnections
            guard !state.isStopping, !isTooMany || refused < Self.maximumRefusals else { return nil }
            state.lastID += 1
            let connection = ServerConnection(socket, limits: limits, authority: authority, isRefused: isTooMany)
            state.connections[state.lastID] = connection
            return (state.lastID, connection)
        }
        guard let (id, connection) = accepted else { return socket.close() }
        do {
            try start { [self] in
                connection.run(handler)
                state.withLock { $0.connections[id] = nil }
            }
        } catch {
            // The system has no more threads. Time may help, and the next connection at once would not.
            state.withLock { $0.connections[id] = nil }
            socket.close()
            Thread.sleep(forTimeInterval: 0.1)
        }
    }

    private func start(_ work: @escaping @Sendable () -> Void) throws(SocketError) {
        threads.enter()
        do {
            try detachThread { [threads] in
                work()
                threads.leave()
            }
        } catch {
            threads.leave()
            throw error
        }
    }
}
