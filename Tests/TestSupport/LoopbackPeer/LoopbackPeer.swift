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
    private let isIPv6: Bool
    private let listener: Int32
    private let connections = Locked<[Connection]>([])

    /// Listens on a port that the kernel picks.
    ///
    /// - Parameters:
    ///   - isIPv6: Whether to listen on `::1` and not on `127.0.0.1`.
    ///   - serve: Plays the part of the server on one connection, which is closed behind it. The index counts
    ///     connections from 0.
    /// - Throws: `POSIXError` where there is no port to listen on.
    package init(isIPv6: Bool = false, _ serve: @escaping @Sendable (Connection, _ index: Int) -> Void) throws {
        self.isIPv6 = isIPv6
        (listener, port) = try isIPv6 ? Self.listenIPv6() : Self.listen()
        let (listener, connections) = (listener, connections)
        Thread.detachNewThread {
            while true {
                let descriptor = accept(listener, nil, nil)
                guard descriptor >= 0 else {
                    // Closed here and not in `deinit`: another peer could get the number while this thread still uses
                    // it.
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

    /// `http://127.0.0.1:PORT` or `http://[::1]:PORT`, with another host name where one is given.
    package func url(_ path: String = "/", host: String? = nil) -> URL {
        URL(string: "http://\(host ?? (isIPv6 ? "[::1]" : "127.0.0.1")):\(port)\(path)") ?? URL(filePath: "/")
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

    private static func socket(_ family: Int32) -> Int32 {
        #if canImport(Glibc)
            Glibc.socket(family, Int32(SOCK_STREAM.rawValue), 0)
        #elseif canImport(Musl)
            Musl.socket(family, Int32(SOCK_STREAM), 0)
        #else
            Darwin.socket(family, SOCK_STREAM, 0)
        #endif
    }

    private static func listenIPv6() throws -> (descriptor: Int32, port: UInt16) {
        let descriptor = socket(AF_INET6)
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_addr = in6addr_loopback
        var size = socklen_t(MemoryLayout<sockaddr_in6>.size)
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, size) == 0 && Self.systemListen(descriptor)
                    && getsockname(descriptor, address, &size) == 0
            }
        }
        guard descriptor >= 0, result else { throw POSIXError(.EADDRNOTAVAIL) }
        return (descriptor, UInt16(bigEndian: address.sin6_port))
    }

    private static func listen() throws -> (descriptor: Int32, port: UInt16) {
        let descriptor = socket(AF_INET)
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
