/// Settings of one call. What they name wins over the client's ``ClientConfiguration``.
public struct RequestOptions: Sendable {
    /// How long the call may take in all; `nil` leaves it to ``ClientConfiguration/timeout``.
    public var timeout: Duration?
    /// How long each attempt of the call may take; `nil` leaves it to ``ClientConfiguration/attemptTimeout``.
    public var attemptTimeout: Duration?
    /// When and how often the call is repeated; `nil` leaves it to ``ClientConfiguration/retry``.
    public var retry: RetryPolicy?
    /// Further header fields; each replaces the client's own of the same name. The credential's header and those that
    /// frame the message (`Host`, `Content-Length`, `Transfer-Encoding`, `Connection`) are refused.
    public var headers: HTTPHeaders

    /// Makes options; by default they change nothing.
    ///
    /// - Parameters:
    ///   - timeout: How long the call may take in all.
    ///   - attemptTimeout: How long each attempt of the call may take.
    ///   - retry: When and how often the call is repeated.
    ///   - headers: Further header fields.
    public init(
        timeout: Duration? = nil, attemptTimeout: Duration? = nil, retry: RetryPolicy? = nil, headers: HTTPHeaders = [:]
    ) {
        self.timeout = timeout
        self.attemptTimeout = attemptTimeout
        self.retry = retry
        self.headers = headers
    }
}
