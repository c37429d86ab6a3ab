public import Foundation

/// The settings of a client. The defaults suit most services.
public struct ClientConfiguration: Sendable {
    /// The server to call instead of the provider's own: https, or http to a loopback address; a path prefix is kept.
    public var baseURL: URL?
    /// How long a call may take in all, including the credential, retries and the pauses between them; 60 seconds by
    /// default.
    public var timeout: Duration
    /// How long one attempt of a call may take; 30 seconds by default.
    public var attemptTimeout: Duration
    /// When and how often a call is repeated.
    public var retry: RetryPolicy
    /// The middleware that every request and every response passes through. The first is the outermost.
    public var middleware: [any Middleware]
    /// Text to add to the `User-Agent` header, such as `acme-provisioner/2.1`.
    public var userAgentSuffix: String?
    /// How many bytes a response body may have; 4 MiB by default.
    public var maximumResponseBytes: Int
    /// How long a call that creates a key still waits for the answer, which may hold the key, after the call was
    /// cancelled; 1 second by default. Measured in real time, whatever the ``clock``, and never past the deadline.
    public var answerGrace: Duration
    /// Receives every step of every call, for logs and metrics. Runs on the task of the call, and should not block.
    public var onEvent: (@Sendable (ClientEvent) -> Void)?
    /// The clock that measures pauses. Tests set their own, so that they never wait. Deadlines run in real time, unless
    /// this is the `TestClock` of APIKeysTesting.
    public var clock: any Clock<Duration>
    /// Draws a number from a range, to spread retries. Tests set their own, to make retries repeatable.
    public var random: @Sendable (ClosedRange<Double>) -> Double

    /// Creates a configuration; each parameter sets the property of its name.
    ///
    /// - Parameters:
    ///   - baseURL: The server to call instead of the provider's own.
    ///   - timeout: How long a call may take in all.
    ///   - attemptTimeout: How long one attempt of a call may take.
    ///   - retry: When and how often a call is repeated.
    ///   - middleware: The middleware that every request and response passes through.
    ///   - userAgentSuffix: Text to add to the `User-Agent` header.
    ///   - maximumResponseBytes: How many bytes a response body may have.
    ///   - answerGrace: How long a cancelled call that creates a key still waits for the answer.
    ///   - clock: The clock that measures pauses.
    ///   - random: Draws a number from a range, to spread retries.
    ///   - onEvent: Receives every step of every call.
    public init(
        baseURL: URL? = nil,
        timeout: Duration = .seconds(60),
        attemptTimeout: Duration = .seconds(30),
        retry: RetryPolicy = .default,
        middleware: [any Middleware] = [],
        userAgentSuffix: String? = nil,
        maximumResponseBytes: Int = 4 * 1024 * 1024,
        answerGrace: Duration = .seconds(1),
        clock: any Clock<Duration> = ContinuousClock(),
        random: @escaping @Sendable (ClosedRange<Double>) -> Double = { Double.random(in: $0) },
        onEvent: (@Sendable (ClientEvent) -> Void)? = nil
    ) {
        self.baseURL = baseURL
        self.timeout = timeout
        self.attemptTimeout = attemptTimeout
        self.retry = retry
        self.middleware = middleware
        self.userAgentSuffix = userAgentSuffix
        self.maximumResponseBytes = maximumResponseBytes
        self.answerGrace = answerGrace
        self.clock = clock
        self.random = random
        self.onEvent = onEvent
    }
}

extension ClientConfiguration: CustomReflectable {
    /// A mirror that shows the base URL without user info and query, and nothing of the middleware, the clock and the
    /// closures.
    public var customMirror: Mirror {
        let children: KeyValuePairs<String, Any> = [
            "baseURL": baseURL?.printed as Any, "timeout": timeout, "attemptTimeout": attemptTimeout, "retry": retry,
            "userAgentSuffix": userAgentSuffix as Any, "maximumResponseBytes": maximumResponseBytes,
            "answerGrace": answerGrace,
        ]
        return Mirror(self, children: children, displayStyle: .struct)
    }
}
