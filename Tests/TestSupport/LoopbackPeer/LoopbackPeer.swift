import APIKeys
package import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A server of raw sockets on loopback that does to each connection exactly what a test scripts, byte by byte.
///
/// Each connection has a thread of its own and blocks; a test opens few.
package final class LoopbackPeer: Sendable {
    package let port: UInt16
    private let listener: Int32
    private let connections = Locked<[Connection]>([])

    /// Listens on a port that the kernel picks.
    ///
    /// - Parameter serve: Plays the part of the server on one connection, which is closed behind it. The index counts
    ///   connections from 0.
    /// - Throws: `POSIXError` where there is no port to listen on.
    package init(_ serve: @escaping @Sendable (Connection, _ index: Int) -> Void) throws {
        (listener, port) = try Self.listen()
        let (listener, connections) = (listener, connections)
        Thread.detachNewThread {
            while true {
                let descriptor = accept(listener, nil, nil)
                guard descriptor >= 0 else {
                    // Closed here and not in `deinit`: another peer could get the number while this thread still uses it.
                    close(listener)
                    return
                }
                let connection = Connection(descriptor)
                let index = connections.withLock { list in
                    list.append(connection)
                    return list.count - 1
                }
                Thread.detachNewThread {
                    serve(connection, index)
                    connection.close()
                }
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        for connection in connections.withLock({ $0 }) { connection.interrupt() }
    }

    /// `http://127.0.0.1:PORT`, with another host name where one is given.
    package func url(_ path: String = "/", host: String = "127.0.0.1") -> URL {
        URL(string: "http://\(host):\(port)\(path)") ?? URL(filePath: "/")
    }

    /// How many connections were made.
    package var connectionCount: Int { connections.withLock { $0.count } }

    /// Every request that was read, on any connection, in no particular order between connections.
    package var requests: [String] { connections.withLock { $0 }.flatMap(\.requests) }

    /// A port that nobody listens on: taken from the kernel and given back.
    package static func refusedPort() throws -> UInt16 {
        let (descriptor, port) = try listen()
        close(descriptor)
        return port
    }

    private static func listen() throws -> (descriptor: Int32, port: UInt16) {
        #if canImport(Darwin)
            let descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #else
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #endif
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, size) == 0 && Self.systemListen(descriptor)
                    && getsockname(descriptor, address, &size) == 0
            }
        }
        guard descriptor >= 0, result else { throw POSIXError(.EADDRINUSE) }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }

    private static func systemListen(_ descriptor: Int32) -> Bool {
        #if canImport(Glibc)
            Glibc.listen(descriptor, 128) == 0
        #elseif canImport(Musl)
            Musl.listen(descriptor, 128) == 0
        #else
            Darwin.listen(descriptor, 128) == 0
        #endif
    }
}
