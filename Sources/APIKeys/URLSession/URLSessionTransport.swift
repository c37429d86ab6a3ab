import Dispatch
import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A transport that uses Foundation's `URLSession`. It is the default of every client.
///
/// It follows no redirect, answers no authentication challenge but returns the 401, keeps no cookies, cache or
/// credentials, and stops reading a body that is too large. Its sessions live as long as the process and are never
/// invalidated: deallocating one that holds TLS connections can abort the process on Linux.
///
/// It refuses to send plain http through a proxy that `http_proxy` or `all_proxy` names: the credential would leave
/// this machine in clear.
public final class URLSessionTransport: HTTPTransport {
    /// The transport for the whole process.
    public static let shared = URLSessionTransport()

    /// For requests that can be sent again by libcurl when a kept connection turns out to be dead.
    private let reusing: SessionPool.Member
    /// For requests that can't: each says `Connection: close`, so that there never is a connection to reuse.
    private let closing: SessionPool.Member
    private let postConnections: PostConnections

    /// Creates a transport. All transports with the same limit share sessions and connections.
    ///
    /// - Parameters:
    ///   - maximumConnectionsPerHost: How many connections to one host may be open at once; further requests wait for
    ///     one. 64 by default. Rounded down to a power of two from 1 to 1,024, so that a process keeps few sessions.
    ///   - postConnections: The connections for requests with a body; fresh ones by default.
    public init(maximumConnectionsPerHost: Int = 64, postConnections: PostConnections = .fresh) {
        let connections = SessionPool.limit(for: maximumConnectionsPerHost)
        reusing = SessionPool.member(.reusing, connections)
        closing = SessionPool.member(.closing, connections)
        self.postConnections = postConnections
    }

    /// Sends the request and returns the response, whatever its status.
    ///
    /// - Parameter request: The request.
    /// - Returns: The response.
    /// - Throws: ``NetworkFailure``, at once when the task is cancelled; ``APIError`` of the kind
    ///   ``APIError/Kind/invalidRequest(_:)``, with nothing sent, for a header that may not be sent, and for plain http
    ///   through a proxy.
    public func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let isClosing = postConnections == .fresh && (request.body != nil || request.method == .post)
        let message = try Self.message(request, isClosing: isClosing)
        let exchange = Exchange(maximumBytes: request.maximumResponseBytes)
        let member = isClosing ? closing : reusing
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                member.start(message, exchange, continuation)
            }
        } onCancel: {
            exchange.cancel()
        }
    }

    private static func message(_ request: HTTPRequest, isClosing: Bool) throws -> URLRequest {
        try request.check(Proxy.problem(with: request.url))
        var message = URLRequest(url: carried(request.url), cachePolicy: .reloadIgnoringLocalCacheData)
        // The setter costs much, and GET is what is set.
        if request.method != .get { message.httpMethod = request.method.rawValue }
        message.httpBody = request.body
        message.httpShouldHandleCookies = false
        message.timeoutInterval = backstop(for: request.timeout)
        message.allHTTPHeaderFields = fields(of: request, isClosing: isClosing)
        return message
    }

    /// The URL as a session carries it. On Linux, Foundation compares a URL's host, `::1`, with libcurl's, `[::1]`, and
    /// refuses all that differ. If the brackets are percent-encoded, both read `[::1]`.
    private static func carried(_ url: URL) -> URL {
        #if canImport(FoundationNetworking)
            let text = url.absoluteString
            // Nearly all have none. Over the storage itself: every call passes here.
            if text.hasOnlyBytes({ $0 != UInt8(ascii: "[") }) { return url }
            guard
                let start = text.utf8.firstIndex(of: UInt8(ascii: ":")), text.utf8[start...].starts(with: "://[".utf8),
                let end = text.utf8[start...].firstIndex(of: UInt8(ascii: "]"))
            else { return url }
            let first = text.utf8.index(start, offsetBy: 3)
            let host = String(text[first...end])
            // A zone is left to Foundation.
            guard !host.utf8.contains(UInt8(ascii: "%")) else { return url }
            return URL(string: text[..<first] + host.percentEncoded + text[text.utf8.index(after: end)...]) ?? url
        #else
            return url
        #endif
    }

    /// All fields at once: set one by one they cost more, and `setValue` drops a refused value in silence. A
    /// dictionary tells names apart by their case, which would put one field on the wire twice.
    private static func fields(of request: HTTPRequest, isClosing: Bool) -> [String: String] {
        var fields: [String: String] = [:]
        fields.reserveCapacity(request.headers.fields.count + 1)
        // The lengths of the names so far: nearly all differ, and only names of one length can be the same.
        var lengths: UInt64 = 0
        for (index, field) in request.headers.fields.enumerated() {
            if isClosing, HTTPHeaders.isSame(field.name, "Connection") { continue }
            let length = UInt64(1) << UInt64(field.name.utf8.count & 63)
            defer { lengths |= length }
            if lengths & length != 0,
                let first = request.headers.fields[..<index].first(where: { HTTPHeaders.isSame($0.name, field.name) })
            {
                fields[first.name]? += ", \(field.value)"
            } else {
                fields[field.name] = field.value
            }
        }
        if isClosing { fields["Connection"] = "close" }
        return fields
    }

    /// Foundation's timeout is for whole seconds without a byte. The call's own deadline comes first; this one is there
    /// for those who use the transport alone.
    private static func backstop(for timeout: Duration) -> Double {
        // Bounded before it is taken apart: a `Duration` too long for its parts traps.
        Double(min(max(timeout, .seconds(1)), .seconds(86_400)).components.seconds) + 1
    }
}
