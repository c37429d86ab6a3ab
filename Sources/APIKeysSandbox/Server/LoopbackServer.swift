public import APIKeys
public import Foundation

/// An HTTP/1.1 server on a loopback port, for tests. A transport, its handler, answers the requests.
///
/// If a client takes an `HTTPTransport`, give it the transport itself. A server is for clients that cannot take a
/// transport, and for tests that need a real connection.
///
/// ```swift
/// let server = try LoopbackServer(MockTransport { _ in HTTPResponse(status: 404) })
/// let configuration = ClientConfiguration(baseURL: server.baseURL)
/// // …
/// await server.stop()
/// ```
///
/// Requests of one connection are handled one after the other, those of different connections at the same time. The
/// handler gets the header fields as they were sent; the body with its chunks joined, or `nil` if it is empty; and a
/// URL made of the `Host` field and the target, percent-encoded where necessary. It may throw ``ConnectionDrop`` to
/// give no complete answer; any other error becomes a 500. A request that is malformed or exceeds the ``Limits`` is
/// refused before it reaches the handler.
///
/// By default, the server listens on 127.0.0.1 only. It has no TLS and no authentication of its own: every program on
/// the machine can reach it.
public final class LoopbackServer: Sendable {
    /// Why a ``LoopbackServer`` could not be started.
    public struct BindFailure: Error, Hashable, Sendable, CustomStringConvertible {
        /// The address that was asked for.
        public let host: String
        /// The port that was asked for; 0 if the system was to choose one.
        public let port: UInt16
        /// The system call that failed, such as `bind`.
        public let call: String
        /// The `errno` of the call, such as 98.
        public let code: Int32
        /// The system's text for the `errno`, such as "Address already in use".
        public let message: String

        /// What failed and why: `Cannot listen on 127.0.0.1:8080: bind: Address already in use (errno 98)`.
        public var description: String {
            let address = host.contains(":") ? "[\(host)]" : host
            return "Cannot listen on \(address):\(port): \(call): \(message) (errno \(code))"
        }
    }

    /// The server's URL: `http://127.0.0.1:` and the port, unless the server listens on another address.
    public let baseURL: URL

    private let threads: ServerThreads

    /// Starts a server. It serves until ``stop()``, or until it is no longer referenced.
    ///
    /// - Parameters:
    ///   - handler: The transport that answers the requests.
    ///   - host: The address to listen on: IPv4, 127.0.0.1 by default, or IPv6; or `localhost`, which stands for
    ///     127.0.0.1 and ::1. 0.0.0.0 and :: stand for all addresses of the machine, and let everyone in who can reach
    ///     one of them.
    ///   - port: The port to listen on; 0, the default, lets the system choose a free one.
    ///   - limits: The limits on what clients may send and hold.
    /// - Throws: ``BindFailure`` if the port is taken or may not be used, if the address is not one of this machine's,
    ///   or if no socket or thread is available.
    public init(
        _ handler: any HTTPTransport, host: String = "127.0.0.1", port: UInt16 = 0,
        limits: LoopbackServer.Limits = .init()
    ) throws(BindFailure) {
        do {
            let listener = try Listener(on: host, port: port)
            let reachable = ["0.0.0.0": "127.0.0.1", "::": "::1"][host] ?? host
            let authority = "\(reachable.contains(":") ? "[\(reachable)]" : reachable):\(listener.port)"
            // A URL of an address or localhost is one; the other stands here because there is no other way to say so.
            baseURL = URL(string: "http://\(authority)") ?? URL(fileURLWithPath: "/")
            threads = try ServerThreads(listener, handler: handler, limits: limits.clamped, authority: authority)
        } catch {
            throw BindFailure(host: host, port: port, call: error.call, code: error.code, message: error.message)
        }
    }

    deinit {
        threads.stop()
    }

    /// Stops the server: it accepts nothing more, closes every connection and cancels the handlers at work.
    ///
    /// Returns once everything is closed, and does not wait for handlers. Stopping it again does nothing.
    public func stop() async {
        threads.stop()
        await threads.ended()
    }
}
