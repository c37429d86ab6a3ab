/// How often a failed call is repeated, and how long it waits in between.
///
/// A policy only sets limits. Whether a call is repeated at all depends on what it does and how it failed:
///
/// - A call that reads, updates, revokes or deletes is repeated after 408, 425, 429, 500, 502, 503, 504, a network
///   failure, and an attempt that timed out.
/// - A call that creates something is repeated only if it provably created nothing: after 425, 429, and a failure
///   before anything was sent, such as an unknown host or a refused connection. It is not repeated if no secure
///   connection could be made.
///
/// A 401 does not depend on the policy, since the server has processed nothing. If the client's ``CredentialSource``
/// then returns another credential, the request is sent once more with it. If that one is refused too, the call fails.
public struct RetryPolicy: Hashable, Sendable {
    /// How often a call is repeated at most after its first attempt; 2 by default. The repeat with another credential
    /// after a 401 is not counted.
    public var maxRetries: Int
    /// The first pause; each further one is twice as long. 0.5 seconds by default. A server can ask for a longer pause,
    /// but not for a shorter one.
    public var baseDelay: Duration
    /// The longest pause if the server asks for none; 8 seconds by default.
    public var maxDelay: Duration
    /// The longest pause that the server may ask for; 60 seconds by default. If it asks for more, the call fails at
    /// once, with the time in ``APIError/retryAfter``.
    public var maxHintedDelay: Duration

    /// Creates a policy; each parameter sets the property of its name.
    ///
    /// - Parameters:
    ///   - maxRetries: How often a call is repeated at most.
    ///   - baseDelay: The first pause.
    ///   - maxDelay: The longest pause if the server asks for none.
    ///   - maxHintedDelay: The longest pause that the server may ask for.
    public init(
        maxRetries: Int = 2,
        baseDelay: Duration = .milliseconds(500),
        maxDelay: Duration = .seconds(8),
        maxHintedDelay: Duration = .seconds(60)
    ) {
        self.maxRetries = maxRetries
        self.baseDelay = baseDelay
        self.maxDelay = maxDelay
        self.maxHintedDelay = maxHintedDelay
    }

    /// Two retries, after about 0.5 and 1 second.
    public static let `default` = RetryPolicy()
    /// No retries: one attempt, and one more if there is another credential after a 401. Not named `none`, which is
    /// ambiguous with the `none` of an `Optional`.
    public static let never = RetryPolicy(maxRetries: 0)

    /// The pause before a retry, counted from 0; `nil` if the server asks for one that is too long.
    ///
    /// `random` draws the share of the pause to take, so that many clients do not come back at once.
    package func delay(
        beforeRetry retry: Int, hint: Duration?, random: (ClosedRange<Double>) -> Double
    ) -> Duration? {
        if let hint, hint > maxHintedDelay { return nil }
        let drawn = random(0.75...1.0)
        let share = drawn.isFinite ? min(max(drawn, 0), 1) : 1
        // Bounded before anything is computed, by more than a call can take: a `Duration` that overflows traps.
        let bound = Duration.year * 2
        let longest = min(max(maxDelay, .zero), bound)
        var delay = min(max(baseDelay, .zero), longest)
        var doublings = delay > .zero ? retry : 0
        while doublings > 0, delay < longest {
            delay *= 2
            doublings -= 1
        }
        return max(min(delay, longest) * share, min(hint ?? .zero, bound))
    }
}

/// Whether a failed attempt may be repeated. A pure function: nothing but these facts counts.
package enum RetryRule {
    /// Statuses after which the request was not processed, so that even a create may be sent again.
    private static let refused: Set<Int> = [425, 429]
    /// Further statuses that pass by themselves, after which nobody knows whether the request was processed. Gateways
    /// send a 408 behind a write as well.
    private static let passing: Set<Int> = [408, 500, 502, 503, 504]

    /// Whether an attempt that ended this way may be repeated, as far as the policy's limits allow.
    package static func allowsRetry(
        after kind: APIError.Kind, status: Int?, nothingWasSent: Bool, of safety: Safety
    ) -> Bool {
        switch kind {
        // A refused certificate will not change.
        case .network(let failure):
            safety != .create || (nothingWasSent && failure.reason != .secureConnectionFailed)
        case .timedOut: safety != .create || nothingWasSent
        case .unexpectedStatus, .rateLimited, .server:
            status.map { refused.contains($0) || (safety != .create && passing.contains($0)) } ?? false
        case .invalidRequest, .validation, .badRequest, .unauthorized, .forbidden, .notFound, .conflict, .redirect,
            .cancelled, .decoding, .responseTooLarge, .credential, .middleware:
            false
        }
    }
}
