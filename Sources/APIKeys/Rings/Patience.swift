/// Growing pauses between attempts, until a time is up.
struct Patience: Sendable {
    private let clock: CallClock
    private let limit: Duration
    private var attempts = 0

    init(_ limit: Duration, on clock: any Clock<Duration>) {
        self.limit = limit
        self.clock = CallClock(clock)
    }

    /// Waits for the next attempt, if there is one. The last one is made when the time is up.
    mutating func wait() async throws -> Bool {
        let now = clock.elapsed()
        guard now < limit else { return false }
        try await clock.sleep(until: min(now + Self.pause(after: attempts), limit))
        attempts += 1
        return true
    }

    /// The pause before the next attempt, behind so many others.
    static func pause(after attempts: Int, first: Duration = .milliseconds(500)) -> Duration {
        RetryPolicy(baseDelay: first).delay(beforeRetry: attempts, hint: nil, random: \.upperBound) ?? .zero
    }
}

/// Repeats work until it succeeds, the time is up, or the task is cancelled. Throws what the work throws last.
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
