/// The time since a call began, by the clock that the configuration names.
package struct CallClock: Sendable {
    private enum Source: Sendable {
        case system(start: ContinuousClock.Instant)
        case other(elapsed: @Sendable () -> Duration, sleep: @Sendable (Duration) async throws -> Void)
    }

    /// Something that happens at a time, unless it is cancelled before.
    enum Alarm: Sendable {
        case system(AlarmClock.Alarm)
        case other(Task<Void, Never>)

        func cancel() {
            switch self {
            case .system(let alarm): AlarmClock.shared.cancel(alarm)
            case .other(let task): task.cancel()
            }
        }
    }

    /// Whether a sleep on the configuration's clock is a call's wait for its deadline, which most calls never reach,
    /// and not a pause. A clock for tests tells them apart by this.
    @TaskLocal package static var isDeadline = false

    /// How long work that was cancelled may take to say how far it came, in real time. A test on a busy machine allows
    /// more.
    @TaskLocal package static var lastMoment = Duration.milliseconds(100)

    private let source: Source

    /// Starts counting.
    package init(_ clock: any Clock<Duration>) {
        source = clock is ContinuousClock ? .system(start: .now) : Self.counting(clock)
    }

    private static func counting<C: Clock>(_ clock: C) -> Source where C.Duration == Duration {
        let start = clock.now
        return .other(
            elapsed: { start.duration(to: clock.now) },
            sleep: { try await clock.sleep(until: start.advanced(by: $0), tolerance: nil) })
    }

    /// How long the call has taken so far.
    package func elapsed() -> Duration {
        switch source {
        case .system(let start): start.duration(to: .now)
        case .other(let elapsed, _): elapsed()
        }
    }

    /// Does something when the call has taken this long.
    func at(_ time: Duration, _ ring: @escaping @Sendable () -> Void) -> Alarm {
        switch source {
        case .system: .system(AlarmClock.shared.set(in: time - elapsed(), ring))
        case .other(_, let sleep):
            .other(
                Task {
                    if await Self.$isDeadline.withValue(true, operation: { (try? await sleep(time)) != nil }) { ring() }
                })
        }
    }

    /// Sleeps until the call has taken this long.
    ///
    /// - Throws: `CancellationError` at once when the task is cancelled.
    package func sleep(until time: Duration) async throws {
        switch source {
        case .other(_, let sleep): try await sleep(time)
        case .system: try await Sleep().run(in: time - elapsed())
        }
    }
}

/// A sleep of which nothing is left when its task is cancelled.
private final class Sleep: Sendable {
    private let state = Locked((isOver: false, continuation: CheckedContinuation<Void, any Error>?.none))

    func run(in delay: Duration) async throws {
        let alarm = AlarmClock.shared.set(in: delay) { [self] in end(with: .success(())) }
        defer { AlarmClock.shared.cancel(alarm) }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isOver = state.withLock { state in
                    if !state.isOver { state.continuation = continuation }
                    return state.isOver
                }
                // Cancelled, or over, before it began.
                if isOver { continuation.resume(with: Result { try Task.checkCancellation() }) }
            }
        } onCancel: {
            end(with: .failure(CancellationError()))
        }
    }

    private func end(with result: Result<Void, any Error>) {
        let continuation = state.withLock { state in
            state.isOver = true
            defer { state.continuation = nil }
            return state.continuation
        }
        continuation?.resume(with: result)
    }
}
