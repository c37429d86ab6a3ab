/// Growing pauses between attempts, until a time is up.
struct Patience: Sendable {
    private let clock: CallClock
    private let limit: Duration
    private var attempts = 0

    /// Starts counting.
    ///
    /// - Parameters:
    ///   - limit: For how long attempts are made.
    ///   - clock: The clock that counts.
    init(_ limit: Duration, on clock: any Clock<Duration>) {
        self.limit = limit
        self.clock = CallClock(clock)
    }

    /// Waits for the next attempt. The last one is made when the time is up.
    ///
    /// - Returns: Whether there is a next attempt.
    /// - Throws: `CancellationError` when the task is cancelled.
    mutating func wait() async throws -> Bool {
        let now = clock.elapsed()
        guard now < limit else { return false }
        try await clock.sleep(until: min(now + Self.pause(after: attempts), limit))
        attempts += 1
        return true
    }

    /// The pause between an attempt and the next one.
    ///
    /// - Parameters:
    ///   - attempts: How many attempts were made before.
    ///   - first: The first pause.
    /// - Returns: The pause.
    static func pause(after attempts: Int, first: Duration = .milliseconds(500)) -> Duration {
        RetryPolicy(baseDelay: first).delay(beforeRetry: attempts, hint: nil, random: \.upperBound) ?? .zero
    }
}

/// Repeats work until it succeeds, the time is up, or the task is cancelled.
///
/// - Parameters:
///   - limit: For how long it is repeated.
///   - clock: The clock that counts.
///   - isolation: The actor to run on.
///   - work: The work.
/// - Throws: What the work throws last, or `CancellationError`.
func repeated(
    within limit: Duration, on clock: any Clock<Duration>, isolation: isolated (any Actor)? = #isolation,
    _ work: () async throws -> Void
) async throws {
    var patience = Patience(limit, on: clock)
    while true {
        do {
            return try await work()
        } catch {
            try Task.checkCancellation()
            guard try await patience.wait() else { throw error }
        }
    }
}
