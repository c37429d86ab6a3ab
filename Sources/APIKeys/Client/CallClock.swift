/// The time since a call began, by whichever clock the configuration names.
struct CallClock: Sendable {
    /// How long the call has taken so far.
    let elapsed: @Sendable () -> Duration
    /// Sleeps until the call has taken this long. Throws on cancellation.
    let sleepUntil: @Sendable (Duration) async throws -> Void

    /// Starts counting.
    init(_ clock: any Clock<Duration>) {
        self = Self.starting(clock)
    }

    private init(
        elapsed: @escaping @Sendable () -> Duration, sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.elapsed = elapsed
        self.sleepUntil = sleep
    }

    private static func starting<C: Clock>(_ clock: C) -> CallClock where C.Duration == Duration {
        let start = clock.now
        return CallClock(
            elapsed: { start.duration(to: clock.now) },
            sleep: { try await clock.sleep(until: start.advanced(by: $0), tolerance: nil) }
        )
    }
}
