import APIKeys
import APIKeysSandbox
package import Foundation

/// A server of raw sockets on loopback that does to each connection exactly what a test scripts, byte by byte.
///
/// Each connection has a thread of its own and blocks; a test opens few.
package final class LoopbackPeer: Sendable {
    package var port: UInt16 { listener.port }
    private let host: String
    private let listener: Listener
    private let connections = Locked<[PeerConnection]>([])

    /// Listens on a port that the kernel picks.
    ///
    /// - Parameters:
    ///   - isIPv6: Whether to listen on `::1` and not on `127.0.0.1`.
    ///   - serve: Plays the part of the server on one connection, which is closed behind it. The index counts
    ///     connections from 0.
    /// - Throws: `SocketError` where there is no port to listen on.
    package init(isIPv6: Bool = false, _ serve: @escaping @Sendable (PeerConnection, _ index: Int) -> Void) throws {
        host = isIPv6 ? "[::1]" : "127.0.0.1"
        listener = try Listener(on: isIPv6 ? "::1" : "127.0.0.1")
        try detachThread { [listener, connections] in
            while let socket = listener.next() {
                let connection = PeerConnection(socket)
                let index = connections.withLock { list in
                    list.append(connection)
                    return list.count - 1
                }
                // Without a thread for it, the client sees the connection end.
                do {
                    try detachThread {
                        serve(connection, index)
                        connection.close()
                    }
                } catch {
                    connection.close()
                }
            }
        }
    }

    deinit {
        listener.stop()
        for connection in connections.withLock({ $0 }) { connection.interrupt() }
    }

    /// `http://127.0.0.1:PORT` or `http://[::1]:PORT`, with another host name where one is given.
    package func url(_ path: String = "/", host: String? = nil) -> URL {
        URL(string: "http://\(host ?? self.host):\(port)\(path)") ?? URL(filePath: "/")
    }

    /// How many connections were made.
    package var connectionCount: Int { connections.withLock { $0.count } }

    /// Every request that was read, on any connection, in no particular order between connections.
    package var requests: [String] { connections.withLock { $0 }.flatMap(\.requests) }

    /// A port that nobody listens on: taken from the kernel and given back.
    package static func refusedPort() throws -> UInt16 {
        try Listener().port
    }
}
