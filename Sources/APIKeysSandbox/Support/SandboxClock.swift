import APIKeys

/// The clock of a sandbox, whatever its type, which can be moved forward. Time counts from the sandbox's beginning.
final class SandboxClock: Sendable {
    private struct State: Sendable {
        /// How far the clock was moved.
        var offset = Duration.zero
        /// How far it was moved since the last reset.
        var moved = Duration.zero
        var naps: [Int: Task<Void, any Error>] = [:]
        var lastNap = 0
    }

    /// How far a clock can be moved, so that no date gets out of hand: a hundred years.
    static let limit = Duration.seconds(3_155_760_000)

    private let elapsed: @Sendable () -> Duration
    private let nap: @Sendable (_ until: Duration) async throws -> Void
    private let state = Locked(State())

    init(_ clock: some Clock<Duration>) {
        let start = clock.now
        elapsed = { start.duration(to: clock.now) }
        nap = { try await clock.sleep(until: start.advanced(by: $0), tolerance: nil) }
    }

    /// The time since the sandbox was created.
    var now: Duration { elapsed() + state.withLock { $0.offset } }

    /// Moves the clock forward, and wakes what slept until then.
    ///
    /// - Returns: How far it was moved: never back, and not beyond ``limit`` in all.
    func advance(by duration: Duration) -> Duration {
        let (step, naps) = state.withLock { state in
            let step = max(min(duration, Self.limit - state.moved), .zero)
            state.moved += step
            state.offset += step
            return (step, Array(state.naps.values))
        }
        // Each looks at the time again.
        for nap in naps { nap.cancel() }
        return step
    }

    /// Lets the clock be moved as far as in the beginning. It is not moved back: what sleeps would sleep too long.
    func reset() {
        state.withLock { $0.moved = .zero }
    }

    /// Sleeps until that much time has passed since the sandbox was created.
    func sleep(until end: Duration) async throws {
        while true {
            try Task.checkCancellation()
            let (id, offset, task) = state.withLock { [nap] state in
                let offset = state.offset
                let task = Task { try await nap(end - offset) }
                state.lastNap += 1
                state.naps[state.lastNap] = task
                return (state.lastNap, offset, task)
            }
            let result = await withTaskCancellationHandler {
                await task.result
            } onCancel: {
                task.cancel()
            }
            let isMoved = state.withLock { state in
                state.naps[id] = nil
                return state.offset != offset
            }
            guard isMoved else { return try result.get() }
        }
    }
}
