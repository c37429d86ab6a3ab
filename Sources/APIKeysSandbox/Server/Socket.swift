import APIKeys
import Foundation

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
    /// The deadline of a read or a write has passed.
    package static let timedOut = SocketError(call: "poll", code: ETIMEDOUT)

    /// Throws the error that a call has left, if its result is negative.
    static func check(_ call: String, _ result: Int32) throws(SocketError) {
        if result < 0 { throw SocketError(call: call, code: errno) }
    }
}

/// A stream socket on this machine, for the thread that reads, writes and closes it. Each call blocks until it is done
/// or its deadline has passed; `nil` is no deadline.
///
/// Only this file, `SocketAddress.swift`, `Listener.swift` and `DetachedThread.swift` call the C library.
package final class Socket: Sendable {
    package typealias Instant = ContinuousClock.Instant

    /// Not to be used once the socket is closed: the kernel may have given the number to somebody else.
    let descriptor: Int32
    private let isOpen = Locked(true)

    /// Takes over a descriptor.
    init(owning descriptor: Int32) throws(SocketError) {
        self.descriptor = descriptor
        // Not blocking by itself: `poll` waits, and knows deadlines. Close-on-exec by `fcntl`: Swift's Glibc module has
        // no `accept4`.
        try SocketError.check("fcntl", fcntl(descriptor, F_SETFD, FD_CLOEXEC))
        try SocketError.check("fcntl", fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK))
        #if canImport(Darwin)
            try set(SO_NOSIGPIPE, to: 1)
        #endif
    }

    deinit {
        close()
    }

    /// Creates a socket of a family such as `AF_INET`.
    convenience init(_ family: Int32) throws(SocketError) {
        let descriptor = socket(family, Self.streamType, 0)
        try SocketError.check("socket", descriptor)
        try self.init(owning: descriptor)
    }

    /// Connects to a port of this machine.
    package convenience init(
        connectingTo host: String = "127.0.0.1", port: UInt16, until deadline: Instant? = nil
    ) throws(SocketError) {
        let address = try SocketAddress(host, port: port)
        try self.init(address.family)
        let result = address.withRaw { connect(descriptor, $0, $1) }
        guard result != 0 else { return }
        guard errno == EINPROGRESS || errno == EINTR else { throw SocketError(call: "connect", code: errno) }
        // The first read or write says whether the connection stands.
        guard try isReady(for: POLLOUT, until: deadline) else { throw .timedOut }
    }

    /// Two sockets that are connected to one another: what is written to one can be read from the other.
    static func pair() throws(SocketError) -> (Socket, Socket) {
        var descriptors: [Int32] = [-1, -1]
        try SocketError.check("socketpair", socketpair(AF_UNIX, streamType, 0, &descriptors))
        return (try Socket(owning: descriptors[0]), try Socket(owning: descriptors[1]))
    }

    /// Sets an option of the socket.
    func set(_ option: Int32, of level: Int32 = SOL_SOCKET, to value: Int32) throws(SocketError) {
        var value = value
        let size = socklen_t(MemoryLayout<Int32>.size)
        try SocketError.check("setsockopt", setsockopt(descriptor, level, option, &value, size))
    }

    #if canImport(Glibc)
        private static let streamType = Int32(SOCK_STREAM.rawValue)
    #else
        private static let streamType = SOCK_STREAM
    #endif
}

// MARK: - Moving bytes

extension Socket {
    /// Reads what has come, and waits for something to come; `nil` at the end of the stream.
    package func read(atMost limit: Int = 65_536, until deadline: Instant? = nil) throws(SocketError) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: limit)
        let count = try transfer("recv", POLLIN, deadline) { recv(descriptor, &bytes, limit, 0) }
        bytes.removeLast(limit - count)
        return bytes.isEmpty ? nil : bytes
    }

    /// Writes all the bytes. Raises no `SIGPIPE`.
    package func write(_ bytes: [UInt8], until deadline: Instant? = nil) throws(SocketError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = try transfer("send", POLLOUT, deadline) {
                rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Self.sendFlags) }
            }
            rest = rest.dropFirst(count)
        }
    }

    private func transfer(
        _ call: String, _ event: Int32, _ deadline: Instant?, _ body: () -> Int
    ) throws(SocketError) -> Int {
        guard isOpen.withLock({ $0 }) else { throw SocketError(call: call, code: EBADF) }
        while true {
            let count = body()
            if count >= 0 { return count }
            switch errno {
            case EINTR: continue
            case EAGAIN, EWOULDBLOCK: guard try isReady(for: event, until: deadline) else { throw .timedOut }
            default: throw SocketError(call: call, code: errno)
            }
        }
    }

    #if canImport(Darwin)
        private static let sendFlags: Int32 = 0
    #else
        private static let sendFlags = Int32(MSG_NOSIGNAL)
    #endif
}

// MARK: - Waiting

extension Socket {
    /// Whether something comes, or the peer ends the connection, within the time.
    package func isReadable(within time: Duration) -> Bool {
        isOpen.withLock { $0 } && (try? isReady(for: POLLIN, until: .now + time)) != false
    }

    private func isReady(for event: Int32, until deadline: Instant?) throws(SocketError) -> Bool {
        try Self.wait(for: [(self, event)], until: deadline)[0]
    }

    /// Waits until one of the sockets has something to read or can be written to, or is broken, and says of each
    /// whether that has happened: to none if the deadline has passed. Throws if the system has no memory for it.
    static func wait(for entries: [(Socket, Int32)], until deadline: Instant?) throws(SocketError) -> [Bool] {
        var descriptors = entries.map { pollfd(fd: $0.0.descriptor, events: Int16($0.1), revents: 0) }
        while true {
            let left = deadline.map { max(Instant.now.duration(to: $0), .zero) }
            // Up, never down: a wait of no length, over and over until the time has come, would be a busy one.
            let milliseconds = left.map { Int32((min($0, .seconds(1_000_000)) / .milliseconds(1)).rounded(.up)) }
            let count = poll(&descriptors, nfds_t(descriptors.count), milliseconds ?? -1)
            if count > 0 || (count == 0 && left == .zero) { return descriptors.map { $0.revents != 0 } }
            if count < 0, errno != EINTR { throw SocketError(call: "poll", code: errno) }
        }
    }

    /// How many of the written bytes the peer's system has not acknowledged.
    package var unacknowledgedBytes: Int {
        var count: Int32 = 0
        #if canImport(Darwin)
            var size = socklen_t(MemoryLayout<Int32>.size)
            let result = getsockopt(descriptor, SOL_SOCKET, SO_NWRITE, &count, &size)
        #else
            let result = ioctl(descriptor, UInt(TIOCOUTQ), &count)
        #endif
        return result == 0 ? Int(count) : 0
    }
}

// MARK: - The end

extension Socket {
    /// Tells the peer that nothing more will be written; reading goes on.
    package func endOutput() {
        isOpen.withLock { if $0 { _ = shutdown(descriptor, Int32(SHUT_WR)) } }
    }

    /// Ends what the socket's thread waits for in it, and the connection. For any thread.
    package func interrupt() {
        isOpen.withLock { if $0 { _ = shutdown(descriptor, Int32(SHUT_RDWR)) } }
    }

    /// Makes the end of the connection a reset (RST), which drops what the peer has not read yet.
    package func resetOnClose() {
        var option = linger(l_onoff: 1, l_linger: 0)
        _ = setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    /// Closes the socket. A second time does nothing.
    package func close() {
        isOpen.withLock { isOpen in
            if isOpen { closeDescriptor(descriptor) }
            isOpen = false
        }
    }
}

/// `close`, which has another meaning within ``Socket``.
private func closeDescriptor(_ descriptor: Int32) {
    _ = close(descriptor)
}
