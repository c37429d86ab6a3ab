public import APIKeys
public import Foundation

/// An HTTP/1.1 server on a loopback port, for tests. A transport answers its requests.
///
/// If a client takes an `HTTPTransport`, give it the transport itself. A server is for clients that cannot take one,
/// and for tests that are to go over a real connection.
///
/// ```swift
/// let server = try LoopbackServer(MockTransport { _ in HTTPResponse(status: 404) })
/// let configuration = ClientConfiguration(baseURL: server.baseURL)
/// // …
/// await server.stop()
/// ```
///
/// Requests of one connection are handled one after the other, those of different connections at the same time. The
/// handler finds the header fields as they were sent, the body with its chunks put together, `nil` for an empty one,
/// and a URL of the `Host` field and the target, with what a URL cannot hold percent-encoded. It may throw
/// ``ConnectionDrop`` to give no whole answer; any other error becomes a 500. What is malformed or larger than the
/// ``Limits`` is refused before it gets that far.
///
/// Unless it is told otherwise, the server listens on 127.0.0.1 and nowhere else. It has no TLS and no authentication
/// of its own: every program on the machine can reach it.
public final class LoopbackServer: Sendable {
    /// Why a ``LoopbackServer`` could not begin to listen.
    public struct BindFailure: Error, Hashable, Sendable, CustomStringConvertible {
        /// The address that was asked for.
        public let host: String
        /// The port that was asked for; 0 if the system was to choose one.
        public let port: UInt16
        /// The system call that failed, such as `bind`.
        public let call: String
        /// The `errno` that it left, such as 98.
        public let code: Int32
        /// The system's text for that, such as "Address already in use".
        public let message: String

        /// What failed and why: `Cannot listen on 127.0.0.1:8080: bind: Address already in use (errno 98)`.
        public var description: String {
            let address = host.contains(":") ? "[\(host)]" : host
            return "Cannot listen on \(address):\(port): \(call): \(message) (errno \(code))"
        }
    }

    /// The URL to reach the server by: `http://127.0.0.1:` and the port, unless the server listens on another address.
    public let baseURL: URL

    private let threads: ServerThreads

    /// Starts a server. It serves until ``stop()``, or until it is no longer referenced.
    ///
    /// - Parameters:
    ///   - handler: The transport that answers the requests.
    ///   - host: The address to listen on: IPv4, 127.0.0.1 by default, or IPv6; or `localhost`, which stands for
    ///     127.0.0.1 and ::1. 0.0.0.0 and :: stand for all addresses of the machine, and let in everyone who can reach
    ///     one of them.
    ///   - port: The port to listen on; 0, the default, lets the system choose a free one.
    ///   - limits: How much a client may ask.
    /// - Throws: ``BindFailure`` if the port is taken or may not be used, or the address is none of this machine's.
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
    /// Returns once everything is closed, and does not wait for handlers. To stop a server that has stopped does
    /// nothing.
    public func stop() async {
        threads.stop()
        await threads.ended()
    }
}
