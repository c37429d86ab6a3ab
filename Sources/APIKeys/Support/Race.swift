/// Runs work that may never end, and returns by a deadline all the same.
///
/// At the deadline, or when the calling task is cancelled, the work is cancelled. It then has a moment to end by itself
/// and say how far it came; after that it is abandoned, and what it returns later is dropped.
final class Race<Value: Sendable>: Sendable {
    enum Interruption: Sendable {
        case deadline, cancellation
    }

    enum Ending: Sendable {
        /// The work ended, maybe after it was interrupted.
        case finished(Value, interruption: Interruption?)
        /// The work was interrupted and goes on.
        case abandoned(Interruption)
    }

    private struct State: Sendable {
        var continuation: CheckedContinuation<Ending, Never>?
        var interruption: Interruption?
        var isOver = false
        var worker: Task<Void, Never>?
        var timer: Task<Void, Never>?
        var grace: Task<Void, Never>?
    }

    private let state = Locked(State())

    private init() {}

    /// Runs the work against a deadline.
    ///
    /// - Parameters:
    ///   - deadline: Sleeps until the deadline; throws on cancellation.
    ///   - work: The work, which runs in a task of its own.
    /// - Returns: What the work returned, or why it was left.
    static func run(
        until deadline: @escaping @Sendable () async throws -> Void,
        work: @escaping @Sendable () async -> Value
    ) async -> Ending {
        let race = Race()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { race.start($0, until: deadline, work: work) }
        } onCancel: {
            race.interrupt(.cancellation)
        }
    }

    private func start(
        _ continuation: CheckedContinuation<Ending, Never>,
        until deadline: @escaping @Sendable () async throws -> Void,
        work: @escaping @Sendable () async -> Value
    ) {
        state.withLock { $0.continuation = continuation }
        let worker = Task { finish(await work()) }
        let timer = Task {
            if (try? await deadline()) != nil { interrupt(.deadline) }
        }
        let (isOver, isInterrupted) = state.withLock { state in
            state.worker = worker
            state.timer = timer
            return (state.isOver, state.interruption != nil)
        }
        if isOver { timer.cancel() } else if isInterrupted { abandonSoon(worker) }
    }

    private func interrupt(_ interruption: Interruption) {
        let worker: Task<Void, Never>? = state.withLock { state in
            guard !state.isOver, state.interruption == nil else { return nil }
            state.interruption = interruption
            return state.worker  // `nil` where the work has not begun: `start` then finds the interruption.
        }
        if let worker { abandonSoon(worker) }
    }

    private func abandonSoon(_ worker: Task<Void, Never>) {
        worker.cancel()
        let grace = Task {
            // Real time whatever the call's clock: work that ignores cancellation does not know that clock either.
            if (try? await Task.sleep(for: .milliseconds(100))) != nil { abandon() }
        }
        let isOver = state.withLock { state in
            state.grace = grace
            return state.isOver
        }
        if isOver { grace.cancel() }
    }

    private func finish(_ value: Value) {
        end { .finished(value, interruption: $0) }
    }

    private func abandon() {
        end { .abandoned($0 ?? .deadline) }
    }

    private func end(_ ending: (Interruption?) -> Ending) {
        let last = state.withLock { state -> State? in
            guard !state.isOver else { return nil }
            state.isOver = true
            return state
        }
        guard let last else { return }
        last.timer?.cancel()
        last.grace?.cancel()
        last.continuation?.resume(returning: ending(last.interruption))
    }
}
