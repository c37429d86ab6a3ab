/// The limits of one call: those of its options where they name any, those of the configuration otherwise.
struct CallLimits: Sendable {
    let timeout: Duration
    let attemptTimeout: Duration
    let retry: RetryPolicy

    /// Longer than any call; a deadline beyond it could not be counted by every clock.
    private static var longest: Duration { .seconds(31_536_000) }

    /// Checks and combines the limits.
    init(_ configuration: ClientConfiguration, _ options: RequestOptions) throws(InvalidInput) {
        let timeout = options.timeout ?? configuration.timeout
        guard timeout > .zero else { throw InvalidInput("timeout must be more than zero") }
        let attemptTimeout = options.attemptTimeout ?? configuration.attemptTimeout
        guard attemptTimeout > .zero else { throw InvalidInput("attemptTimeout must be more than zero") }
        guard configuration.maximumResponseBytes > 0 else {
            throw InvalidInput("maximumResponseBytes must be more than zero")
        }
        self.timeout = min(timeout, Self.longest)
        self.attemptTimeout = min(attemptTimeout, Self.longest)
        self.retry = options.retry ?? configuration.retry
    }
}
