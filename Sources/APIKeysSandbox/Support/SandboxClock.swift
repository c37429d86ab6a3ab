/// The clock of a sandbox, whatever its type: time counts from the sandbox's beginning.
struct SandboxClock: Sendable {
    /// The time since the sandbox was created.
    let now: @Sendable () -> Duration
    /// Sleeps until that much time has passed since the sandbox was created.
    let sleep: @Sendable (_ until: Duration) async throws -> Void

    init(_ clock: some Clock<Duration>) {
        let start = clock.now
        now = { start.duration(to: clock.now) }
        sleep = { try await clock.sleep(until: start.advanced(by: $0), tolerance: nil) }
    }
}
