/// The limits of one call: those of its options if they name any, those of the configuration otherwise.
struct CallLimits: Sendable {
    let timeout: Duration
    let attemptTimeout: Duration
    let retry: RetryPolicy

    /// Checks and combines the limits.
    init(_ configuration: ClientConfiguration, _ options: RequestOptions) throws(InvalidInput) {
        let timeout = options.timeout ?? configuration.timeout
        guard timeout > .zero else { throw InvalidInput("timeout must be more than zero") }
        let attemptTimeout = options.attemptTimeout ?? configuration.attemptTimeout
        guard attemptTimeout > .zero else { throw InvalidInput("attemptTimeout must be more than zero") }
        guard configuration.maximumResponseBytes > 0 else {
            throw InvalidInput("maximumResponseBytes must be more than zero")
        }
        self.timeout = min(timeout, .year)
        self.attemptTimeout = min(attemptTimeout, .year)
        self.retry = options.retry ?? configuration.retry
    }
}
