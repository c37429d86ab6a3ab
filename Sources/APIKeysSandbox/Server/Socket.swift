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
    package var message: String {
        if self == .notAnAddress { return "neither an IP address nor localhost" }
        return strerror(code).map { String(cString: $0) } ?? "unknown error"
    }

    /// A text was no address, which leaves no `errno`.
    static let notAnAddress = SocketError(call: "inet_pton", code: EINVAL)
}

/// A non-blocking stream socket on this machine. This file and `SocketAddress.swift` alone call the C library.
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
    /// Listens on a port; port 0 lets the kernel choose one.
    ///
    /// - Parameters:
    ///   - host: An IPv4 or IPv6 address, of which `::` stands for all addresses of both kinds; or `localhost`, which
    ///     is
    ///     127.0.0.1 and, if the machine has it, ::1.
    ///   - port: The port, the same for both.
    /// - Returns: The sockets, at least one.
    /// - Throws: ``SocketError``.
    package static func listening(on host: String, port: UInt16) throws(SocketError) -> [Socket] {
        guard host.lowercased() == "localhost" else { return [try listening(onAddress: host, port)] }
        var attempts = 0
        while true {
            let first = try listening(onAddress: "127.0.0.1", port)
            do throws(SocketError) {
                return [first, try listening(onAddress: "::1", try first.localPort())]
            } catch {
                if [EAFNOSUPPORT, EADDRNOTAVAIL, EPROTONOSUPPORT].contains(error.code) { return [first] }
                // The port that the kernel chose for one is taken for the other.
                attempts += 1
                guard port == 0, error.code == EADDRINUSE, attempts < 16 else { throw error }
            }
        }
    }

    private static func listening(onAddress host: String, _ port: UInt16) throws(SocketError) -> Socket {
        let address = try address(host, port)
        let socket = try stream(address.family)
        // A port in TIME_WAIT may be taken again; one that somebody listens on may not.
        try socket.set(SO_REUSEADDR, of: SOL_SOCKET, to: 1)
        if address.family == AF_INET6 {
            try socket.set(IPV6_V6ONLY, of: Int32(IPPROTO_IPV6), to: host == "::" ? 0 : 1)
        }
        try check("bind", address.withRaw { bind(socket.descriptor, $0, $1) })
        try check("listen", listen(socket.descriptor, 1024))
        return socket
    }

    /// Begins to connect to a port of this machine. The socket can be written to once the connection stands.
    package static func connecting(
        to host: String = "127.0.0.1", port: UInt16
    ) throws(SocketError) -> Socket {
        let address = try address(host, port)
        let socket = try stream(address.family)
        let result = address.withRaw { connect(socket.descriptor, $0, $1) }
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
        guard let address = SocketAddress(boundTo: descriptor) else {
            throw SocketError(call: "getsockname", code: errno)
        }
        return address.port
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

    private static func stream(_ family: Int32) throws(SocketError) -> Socket {
        let descriptor = socket(family, streamType, 0)
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

    private static func address(_ host: String, _ port: UInt16) throws(SocketError) -> SocketAddress {
        guard let address = SocketAddress(host, port: port) else { throw .notAnAddress }
        return address
    }

    private static func check(_ call: String, _ result: Int32) throws(SocketError) {
        if result < 0 { throw SocketError(call: call, code: errno) }
    }
}
