/// Why a transport returned no complete response.
///
/// ``URLSessionTransport`` throws it, and so can a transport of your own.
public struct NetworkFailure: Error, Hashable, Sendable {
    /// What happened, as far as it is known. Later versions may add cases: see ``APIError/Kind``.
    #if compiler(>=6.2.3) && hasAttribute(nonexhaustive)
        @nonexhaustive
    #endif
    public enum Reason: String, Hashable, Sendable {
        /// The host's name could not be resolved: nothing was sent.
        case hostNotFound = "host not found"
        /// No connection could be made: nothing was sent.
        case connectionRefused = "connection refused"
        /// The device has no network, or may not use it: nothing was sent.
        case notConnected = "not connected to a network"
        /// The connection ended before the whole response was read.
        case connectionLost = "connection lost"
        /// No secure connection could be made.
        case secureConnectionFailed = "secure connection failed"
        /// The answer was not HTTP.
        case invalidResponse = "invalid response"
        /// The transport itself gave up waiting.
        case timedOut = "timed out"
        /// The transport's task was cancelled.
        case cancelled = "cancelled"
        /// The response body is larger than ``HTTPRequest/maximumResponseBytes``.
        case responseTooLarge = "response too large"
        /// Anything else.
        case other = "other failure"
    }

    /// What happened.
    public var reason: Reason
    /// The transport's own code for it, such as `URLError`'s -1005.
    public var code: Int?
    /// What was read of the response before the failure: its status, its headers and the beginning of its body.
    public var partialResponse: HTTPResponse?
    /// Whether the transport knows that it sent no byte of the request. A call that creates a key may then be repeated.
    public var nothingWasSent: Bool

    /// Creates a failure.
    ///
    /// - Parameters:
    ///   - reason: What happened.
    ///   - code: The transport's own code for it.
    ///   - partialResponse: What was read of the response before the failure.
    ///   - nothingWasSent: Whether no byte of the request was sent; by default only if the reason says so.
    public init(
        reason: Reason, code: Int? = nil, partialResponse: HTTPResponse? = nil, nothingWasSent: Bool? = nil
    ) {
        self.reason = reason
        self.code = code
        self.partialResponse = partialResponse
        self.nothingWasSent = nothingWasSent ?? [.connectionRefused, .hostNotFound, .notConnected].contains(reason)
    }
}

extension NetworkFailure: CustomStringConvertible {
    /// The reason and the code: `connection lost (-1005)`.
    public var description: String {
        reason.rawValue + (code.map { " (\($0))" } ?? "")
    }
}
