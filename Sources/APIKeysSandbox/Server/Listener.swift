import Foundation

/// A port that waits for connections.
package final class Listener: Sendable {
    package let port: UInt16
    private let sockets: [Socket]
    /// What ends a wait: the end of one of them is seen at the other. To shut a listening socket down wakes nobody on
    /// Apple's platforms.
    private let (bell, ear): (Socket, Socket)

    /// Listens on a port of an IPv4 or IPv6 address, of which `::` stands for all addresses of both kinds, or of
    /// `localhost`, which is 127.0.0.1 and, if the machine has it, ::1. Port 0 lets the kernel choose one.
    package init(on host: String = "127.0.0.1", port: UInt16 = 0) throws(SocketError) {
        (bell, ear) = try Socket.pair()
        (sockets, self.port) = try Self.sockets(host, port)
    }

    /// Waits for the next connection; `nil`, with the port free, once ``stop()`` was called.
    package func next() -> Socket? {
        var isExhausted = false
        while true {
            // Out of descriptors or memory: to ask again at once would be a busy wait.
            let pauseEnd = isExhausted ? ContinuousClock.now + .milliseconds(100) : nil
            let waiting = [ear] + (isExhausted ? [] : sockets)
            guard let events = try? Socket.wait(for: waiting.map { ($0, POLLIN) }, until: pauseEnd) else {
                _ = usleep(10_000)  // No memory even for that.
                continue
            }
            if events[0] {
                for socket in sockets { socket.close() }
                return nil
            }
            isExhausted = false
            for (socket, _) in zip(sockets, events.dropFirst()).filter(\.1) {
                let descriptor = accept(socket.descriptor, nil, nil)
                let problem = errno
                if descriptor >= 0 {
                    // One that fails is gone already.
                    guard let taken = try? Socket(owning: descriptor) else { continue }
                    try? taken.set(TCP_NODELAY, of: Int32(IPPROTO_TCP), to: 1)
                    return taken
                }
                isExhausted = isExhausted || ![EINTR, ECONNABORTED, EAGAIN, EWOULDBLOCK].contains(problem)
            }
        }
    }

    /// Ends the wait for connections, and all that follow. For any thread.
    package func stop() {
        bell.close()
    }

    private static func sockets(_ host: String, _ port: UInt16) throws(SocketError) -> ([Socket], UInt16) {
        guard host.lowercased() == "localhost" else {
            let (socket, port) = try listen(host, port)
            return ([socket], port)
        }
        var attempts = 0
        while true {
            let (first, firstPort) = try listen("127.0.0.1", port)
            do throws(SocketError) {
                return ([first, try listen("::1", firstPort).socket], firstPort)
            } catch {
                if [EAFNOSUPPORT, EADDRNOTAVAIL, EPROTONOSUPPORT].contains(error.code) { return ([first], firstPort) }
                // The port that the kernel chose for one is taken for the other.
                attempts += 1
                guard port == 0, error.code == EADDRINUSE, attempts < 16 else { throw error }
            }
        }
    }

    private static func listen(_ host: String, _ port: UInt16) throws(SocketError) -> (socket: Socket, port: UInt16) {
        let address = try SocketAddress(host, port: port)
        let socket = try Socket(address.family)
        // A port in TIME_WAIT may be taken again; one that somebody listens on may not.
        try socket.set(SO_REUSEADDR, to: 1)
        if address.family == AF_INET6 {
            try socket.set(IPV6_V6ONLY, of: Int32(IPPROTO_IPV6), to: host == "::" ? 0 : 1)
        }
        try SocketError.check("bind", address.withRaw { bind(socket.descriptor, $0, $1) })
        try SocketError.check("listen", startListening(socket.descriptor))
        return (socket, try SocketAddress(boundTo: socket.descriptor).port)
    }
}

/// `listen`, which has another meaning within ``Listener``.
private func startListening(_ descriptor: Int32) -> Int32 {
    listen(descriptor, 1024)
}
