import Dispatch
import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Carries requests over Foundation's `URLSession`. The transport that clients use unless they are given another.
///
/// Follows no redirect, answers an authentication challenge by handing back the 401 that raised it, keeps no cookies,
/// cache or credentials, and stops reading a body that is too large. Its sessions live as long as the process and are
/// never invalidated: deallocating one that holds TLS connections can abort the process on Linux.
///
/// A request with a body goes over a connection of its own, which is closed behind it. Over a kept connection that the
/// server has dropped meanwhile, Foundation on Linux would stall such a request until it times out.
public final class URLSessionTransport: HTTPTransport {
    /// The transport for the whole process.
    public static let shared = URLSessionTransport()

    /// For requests that can be sent again by libcurl when a kept connection turns out to be dead.
    private let reusing: SessionPool.Member
    /// For requests that can't: each says `Connection: close`, so that there never is a connection to reuse.
    private let closing: SessionPool.Member

    /// Makes a transport. All transports of the same number share their sessions and connections.
    ///
    /// - Parameter maximumConnectionsPerHost: How many connections to one host may be open at once; further requests
    ///   wait for one. 64 by default; at least 1.
    public init(maximumConnectionsPerHost: Int = 64) {
        let connections = max(maximumConnectionsPerHost, 1)
        reusing = SessionPool.member(.reusing, connections)
        closing = SessionPool.member(.closing, connections)
    }

    /// Sends the request and returns the response, whatever its status.
    ///
    /// - Parameter request: The request.
    /// - Returns: The response.
    /// - Throws: ``NetworkFailure``, at once when the task is cancelled.
    public func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let isClosing = request.body != nil || request.method == .post
        var message = URLRequest(url: request.url, cachePolicy: .reloadIgnoringLocalCacheData)
        message.httpMethod = request.method.rawValue
        message.httpBody = request.body
        message.httpShouldHandleCookies = false
        message.timeoutInterval = Self.backstop(for: request.timeout)
        message.allHTTPHeaderFields = try Self.fields(of: request, isClosing: isClosing)
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

    /// All fields at once: set one by one they cost more, and `setValue` drops a refused value in silence.
    private static func fields(of request: HTTPRequest, isClosing: Bool) throws -> [String: String] {
        guard request.headers.problem == nil, HTTPHeaders.isToken(request.method.rawValue) else {
            throw NetworkFailure(reason: .other)
        }
        var fields: [String: String] = [:]
        for field in request.headers.fields {
            fields[field.name] = request.headers[field.name]
        }
        if isClosing { fields["Connection"] = "close" }
        return fields
    }

    /// Foundation's timeout is for whole seconds without a byte. The call's own deadline comes first; this one is there
    /// for whoever uses the transport alone.
    private static func backstop(for timeout: Duration) -> Double {
        Double(max(1, min(timeout.components.seconds, 86_400))) + 1
    }
}
