/// A source that fetches a credential when it is first needed, and the next one before that expires.
///
/// ```swift
/// let credentials = RefreshingCredential {
///     let token = try await vault.issueToken()
///     return ExpiringCredential(Secret(token.value), lifetime: .seconds(token.secondsLeft))
/// }
/// let nekuda = NekudaClient(token: credentials)
/// ```
///
/// While the credential is valid, calls get it at once. Shortly before it expires, the next one is fetched in the
/// background. A call waits only if no credential is valid: before the first fetch, after the expiry, and after a 401.
/// Callers that wait share one fetch. If one of them is cancelled, the fetch goes on for the others.
public final class RefreshingCredential: CredentialSource {
    private struct Cached: Sendable {
        var secret: Secret
        /// From when on another one is fetched, and from when on this one is not handed out, by the clock below.
        var renewal: Duration?
        var expiry: Duration?

        func isGood(at now: Duration) -> Bool { expiry.map { now < $0 } ?? true }

        func isDue(at now: Duration) -> Bool { renewal.map { now >= $0 } ?? false }
    }

    /// How long it takes until a fetch that failed is repeated while there is a credential that is good.
    private static let pause = Duration.seconds(1)

    private struct State: Sendable {
        var cached: Cached?
        var isFetching = false
        var waiting: [ObjectIdentifier: OneShot<Secret>] = [:]
    }

    private let state = Locked(State())
    private let margin: Duration
    private let timeout: Duration
    private let clock: CallClock
    private let fetch: @Sendable () async throws -> ExpiringCredential

    /// Creates a source. Nothing is fetched before the first call.
    ///
    /// - Parameters:
    ///   - margin: How long before a credential expires the next one is fetched; 60 seconds by default, and never more
    ///     than half of the credential's lifetime.
    ///   - timeout: How long a fetch may take before it fails; 30 seconds by default.
    ///   - clock: The clock that measures lifetimes.
    ///   - fetch: Fetches a credential. If it throws, the calls that wait for it end with ``APIError/Kind/credential``.
    public init(
        refreshingBeforeExpiry margin: Duration = .seconds(60),
        timeout: Duration = .seconds(30),
        clock: any Clock<Duration> = ContinuousClock(),
        fetch: @escaping @Sendable () async throws -> ExpiringCredential
    ) {
        self.margin = max(margin, .zero)
        self.timeout = min(max(timeout, .zero), .year)
        self.clock = CallClock(clock)
        self.fetch = fetch
    }

    /// Returns the current credential, or fetches a new one.
    ///
    /// - Returns: The credential.
    /// - Throws: What `fetch` throws; ``NetworkFailure`` with the reason ``NetworkFailure/Reason/timedOut`` if `fetch`
    ///   takes longer than the timeout; `CancellationError` when the task is cancelled.
    public func credential() async throws -> Secret {
        try Task.checkCancellation()
        let now = clock.elapsed()
        let fetched = OneShot<Secret>()
        let (good, startsFetch) = state.withLock { state in
            let good = state.cached.flatMap { $0.isGood(at: now) ? $0 : nil }
            if good == nil { state.waiting[ObjectIdentifier(fetched)] = fetched }
            let startsFetch = !state.isFetching && good?.isDue(at: now) ?? true
            if startsFetch { state.isFetching = true }
            return (good, startsFetch)
        }
        if startsFetch { startFetch() }
        if let good { return good.secret }
        defer { state.withLock { _ = $0.waiting.removeValue(forKey: ObjectIdentifier(fetched)) } }
        return try await fetched.value()
    }

    /// Discards the current credential if it is the one that was refused.
    ///
    /// - Parameter rejected: The credential that was refused.
    public func invalidate(_ rejected: Secret) {
        state.withLock { state in
            if state.cached?.secret == rejected { state.cached = nil }
        }
    }

    /// Fetches in a task of its own: the cancellation of a caller does not reach it.
    private func startFetch() {
        Task { [self] in
            let (ending, interruption) = await Race.run(until: clock.deadline(in: timeout), work: fetch)
            switch (Result { try ending.get() }, interruption) {
            case (let result, nil): finish(result, at: clock.elapsed())
            case (.success(let fetched), _): finish(.success(fetched), at: clock.elapsed())
            case (.failure, _): finish(.failure(NetworkFailure(reason: .timedOut)), at: clock.elapsed())
            }
        }
    }

    private func finish(_ result: Result<ExpiringCredential, any Error>, at now: Duration) {
        let (secret, waiting) = state.withLock { state in
            state.isFetching = false
            defer { state.waiting = [:] }
            let secret: Result<Secret, any Error>
            switch result {
            case .success(let fetched):
                let cached = kept(fetched, at: now)
                state.cached = cached
                secret = .success(cached.secret)
            case .failure(let error):
                if state.cached?.isGood(at: now) == true { state.cached?.renewal = now + Self.pause }
                secret = .failure(error)
            }
            return (secret, state.waiting.values)
        }
        for waiter in waiting { waiter.end(with: secret) }
    }

    private func kept(_ fetched: ExpiringCredential, at now: Duration) -> Cached {
        guard let lifetime = fetched.lifetime else { return Cached(secret: fetched.secret) }
        // Longer than a year means the same, and can't overflow.
        let bounded = min(max(lifetime, .zero), .year)
        return Cached(
            secret: fetched.secret, renewal: now + bounded - min(margin, bounded / 2), expiry: now + bounded)
    }
}
