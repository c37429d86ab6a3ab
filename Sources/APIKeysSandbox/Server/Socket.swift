#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A call of the C library that failed.
package struct SocketError: Error, Hashable {
    /// The function's name, such as `bind`.
    package let call: String
    /// Its `errno`.
    package let code: Int32
    /// The system's text for that.
    package var message: String { strerror(code).map { String(cString: $0) } ?? "unknown error" }
}

/// A non-blocking stream socket on this machine. The only file that calls the C library.
///
/// The descriptor is open for exactly as long as the object lives: nobody closes it by hand, so that nobody can use a
/// number that the kernel has given to somebody else meanwhile.
package final class Socket: Sendable {
    /// What became of a read or a write.
    package enum Transfer: Hashable, Sendable {
        /// This many bytes were moved, at least one.
        case bytes(Int)
        /// Nothing can be moved at the moment.
        case wouldBlock
        /// The peer has said all that it will say. Of reads only.
        case ended
        /// The connection is broken.
        case failed(SocketError)
    }

    /// What became of an attempt to take a waiting connection.
    package enum Arrival: Sendable {
        case connection(Socket)
        case none
        /// Out of descriptors or memory: a further attempt at once would fail as well.
        case exhausted
    }

    private let descriptor: Int32

    private init(owning descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit {
        _ = close(descriptor)
    }
}

// MARK: - Creating sockets

extension Socket {
    /// Listens on a port of an IPv4 address; port 0 lets the kernel choose one.
    package static func listening(on host: String, port: UInt16) throws(SocketError) -> Socket {
        let socket = try stream()
        // A port in TIME_WAIT may be taken again; one that somebody listens on may not.
        try socket.set(SO_REUSEADDR, of: SOL_SOCKET, to: 1)
        var address = try address(host, port)
        try check("bind", withRawAddress(&address) { bind(socket.descriptor, $0, $1) })
        try check("listen", listen(socket.descriptor, 1024))
        return socket
    }

    /// Begins to connect to a port of 127.0.0.1. The socket can be written to once the connection stands.
    package static func connecting(toPort port: UInt16) throws(SocketError) -> Socket {
        let socket = try stream()
        var address = try address("127.0.0.1", port)
        let result = withRawAddress(&address) { connect(socket.descriptor, $0, $1) }
        if result != 0, errno != EINPROGRESS, errno != EINTR { try check("connect", result) }
        return socket
    }

    /// Two sockets that are connected to one another: what is written to one can be read from the other.
    package static func pair() throws(SocketError) -> (Socket, Socket) {
        var descriptors: [Int32] = [-1, -1]
        try check("socketpair", socketpair(AF_UNIX, streamType, 0, &descriptors))
        let ends = (Socket(owning: descriptors[0]), Socket(owning: descriptors[1]))
        try ends.0.configure()
        try ends.1.configure()
        return ends
    }

    /// Takes a connection that waits on this listening socket.
    package func nextConnection() -> Arrival {
        while true {
            let taken = accept(descriptor, nil, nil)
            if taken >= 0 {
                let socket = Socket(owning: taken)
                do {
                    try socket.configure()
                    try socket.set(TCP_NODELAY, of: Int32(IPPROTO_TCP), to: 1)
                } catch {
                    continue  // The peer is gone already.
                }
                return .connection(socket)
            }
            switch errno {
            case EINTR, ECONNABORTED: continue
            case EAGAIN, EWOULDBLOCK: return .none
            default: return .exhausted
            }
        }
    }

    /// The port that the socket is bound to.
    package func localPort() throws(SocketError) -> UInt16 {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
        }
        try Self.check("getsockname", result)
        return UInt16(bigEndian: address.sin_port)
    }
}

// MARK: - Moving bytes

extension Socket {
    /// Reads what is there, at most as many bytes as the buffer has room for, into its beginning.
    package func read(into buffer: inout [UInt8]) -> Transfer {
        buffer.withUnsafeMutableBytes { room in
            transfer("recv") { recv(descriptor, room.baseAddress, room.count, 0) }
        }
    }

    /// Writes as many of the bytes as the socket takes. Raises no `SIGPIPE`.
    package func write(_ bytes: ArraySlice<UInt8>) -> Transfer {
        bytes.withUnsafeBytes { rest in
            transfer("send") { send(descriptor, rest.baseAddress, rest.count, Self.sendFlags) }
        }
    }

    /// Tells the peer that nothing more will be written; reading goes on.
    package func endOutput() {
        _ = shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Makes the end of the connection a reset (RST), which drops what the peer has not read yet.
    package func resetOnClose() {
        var option = linger(l_onoff: 1, l_linger: 0)
        _ = setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    private func transfer(_ call: String, _ body: () -> Int) -> Transfer {
        while true {
            let count = body()
            if count > 0 { return .bytes(count) }
            if count == 0 { return .ended }
            switch errno {
            case EINTR: continue
            case EAGAIN, EWOULDBLOCK: return .wouldBlock
            default: return .failed(SocketError(call: call, code: errno))
            }
        }
    }
}

// MARK: - Waiting

extension Socket {
    /// What to wait for.
    package struct Interest: OptionSet, Sendable {
        package let rawValue: Int16

        package init(rawValue: Int16) {
            self.rawValue = rawValue
        }

        package static let read = Interest(rawValue: Int16(POLLIN))
        package static let write = Interest(rawValue: Int16(POLLOUT))
        /// The connection broke or was given up by both sides. Reported whether asked for or not.
        package static let broken = Interest(rawValue: Int16(POLLERR) | Int16(POLLHUP) | Int16(POLLNVAL))
    }

    /// Waits until something that is asked for has happened to one of the sockets.
    ///
    /// - Parameters:
    ///   - entries: The sockets and what to wait for.
    ///   - timeout: How long to wait at most, rounded up to milliseconds; `nil` for as long as it takes.
    /// - Returns: What has happened to each, in the same order; nothing if the time is over or a signal came.
    /// - Throws: ``SocketError`` if the system has no memory for it.
    package static func wait(for entries: [(Socket, Interest)], timeout: Duration?) throws(SocketError) -> [Interest] {
        var descriptors = entries.map { pollfd(fd: $0.0.descriptor, events: $0.1.rawValue, revents: 0) }
        // Up, never down: a wait of no length, over and over until the time has come, would be a busy one.
        let milliseconds = timeout.map {
            Int32((min(max($0, .zero), .seconds(1_000_000)) / .milliseconds(1)).rounded(.up))
        }
        let count = withExtendedLifetime(entries) {
            poll(&descriptors, nfds_t(descriptors.count), milliseconds ?? -1)
        }
        if count < 0, errno != EINTR { try check("poll", count) }
        return descriptors.map { count > 0 ? Interest(rawValue: $0.revents) : [] }
    }
}

// MARK: - The C library's ways

extension Socket {
    #if canImport(Glibc)
        private static var streamType: Int32 { Int32(SOCK_STREAM.rawValue) }
    #else
        private static var streamType: Int32 { SOCK_STREAM }
    #endif
    #if canImport(Darwin)
        private static var sendFlags: Int32 { 0 }
    #else
        private static var sendFlags: Int32 { Int32(MSG_NOSIGNAL) }
    #endif

    private static func stream() throws(SocketError) -> Socket {
        let descriptor = socket(AF_INET, streamType, 0)
        try check("socket", descriptor)
        let socket = Socket(owning: descriptor)
        try socket.configure()
        return socket
    }

    /// Close-on-exec by `fcntl`: Swift's Glibc module has no `accept4`.
    private func configure() throws(SocketError) {
        try Self.check("fcntl", fcntl(descriptor, F_SETFD, FD_CLOEXEC))
        try Self.check("fcntl", fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK))
        #if canImport(Darwin)
            try set(SO_NOSIGPIPE, of: SOL_SOCKET, to: 1)
        #endif
    }

    private func set(_ option: Int32, of level: Int32, to value: Int32) throws(SocketError) {
        var value = value
        let size = socklen_t(MemoryLayout<Int32>.size)
        try Self.check("setsockopt", setsockopt(descriptor, level, option, &value, size))
    }

    private static func address(_ host: String, _ port: UInt16) throws(SocketError) -> sockaddr_in {
        var address = sockaddr_in()
        #if canImport(Darwin)
            address.sin_len = UInt8(MemoryLayout<sockaddr_in>.size)
        #endif
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        // It answers 0 to a text that is no address, and leaves no errno.
        guard inet_pton(AF_INET, host, &address.sin_addr) == 1 else {
            throw SocketError(call: "inet_pton", code: EINVAL)
        }
        return address
    }

    private static func withRawAddress(
        _ address: inout sockaddr_in, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    private static func check(_ call: String, _ result: Int32) throws(SocketError) {
        if result < 0 { throw SocketError(call: call, code: errno) }
    }
}
