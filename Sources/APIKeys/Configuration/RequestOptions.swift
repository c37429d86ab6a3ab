/// Settings of one call, which take precedence over the client's ``ClientConfiguration``.
public struct RequestOptions: Sendable {
    /// How long the call may take in all; `nil` stands for ``ClientConfiguration/timeout``.
    public var timeout: Duration?
    /// How long each attempt of the call may take; `nil` stands for ``ClientConfiguration/attemptTimeout``.
    public var attemptTimeout: Duration?
    /// When and how often the call is repeated; `nil` stands for ``ClientConfiguration/retry``.
    public var retry: RetryPolicy?
    /// Further header fields, which replace the client's fields of the same name. A call fails, with nothing sent, if
    /// they set the credential's header, `Host`, `Content-Length`, `Transfer-Encoding`, `Connection` or
    /// `Accept-Encoding`.
    public var headers: HTTPHeaders

    /// Creates options; by default they change nothing.
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
