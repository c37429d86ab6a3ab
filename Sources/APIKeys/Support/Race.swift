/// Runs work that may never end, and returns by a deadline all the same.
///
/// At the deadline, or when the calling task is cancelled, the work is cancelled. It then has a moment to end by itself
/// and say how far it came; after that it is abandoned, and what it returns later is dropped.
final class Race<Value: Sendable, Failure: Error>: Sendable {
    /// How a race ended.
    enum Ending: Sendable {
        case finished(Result<Value, Failure>)
        /// With what the work returned all the same; `nil` if it goes on.
        case interrupted(Interruption, Result<Value, Failure>?)

        /// What the work returned; `nil` if it was interrupted and goes on.
        var result: Result<Value, Failure>? {
            switch self {
            case .finished(let result): result
            case .interrupted(_, let result): result
            }
        }

        var interruption: Interruption? {
            switch self {
            case .finished: nil
            case .interrupted(let interruption, _): interruption
            }
        }
    }

    private struct Run: Sendable {
        let continuation: CheckedContinuation<Ending, Never>
        let worker: Task<Void, Never>
        let deadline: CallClock.Alarm

        func end(with ending: Ending) {
            deadline.cancel()
            continuation.resume(returning: ending)
        }
    }

    /// The waits are real time, whatever the call's clock. Work that ignores cancellation does not know that clock either.
    private enum State: Sendable {
        /// Nothing runs. An interruption that comes this early is kept for the start.
        case new(Interruption?)
        case running(Run)
        /// Interrupted; the work is not cancelled before the alarm rings.
        case waiting(Run, Interruption, AlarmClock.Alarm)
        /// The work is cancelled; the alarm ends its last moment.
        case stopping(Run, Interruption, AlarmClock.Alarm)
        case over
    }

    private let state = Locked(State.new(nil))
    private let lastMoment = CallClock.lastMoment
    private let whenInterrupted: @Sendable (Interruption) -> Duration

    private init(_ whenInterrupted: @escaping @Sendable (Interruption) -> Duration) {
        self.whenInterrupted = whenInterrupted
    }

    /// Runs the work against a deadline.
    ///
    /// - Parameters:
    ///   - end: The deadline.
    ///   - clock: The clock of the deadline.
    ///   - whenInterrupted: Called at the deadline, and when the calling task is cancelled. Returns how long the work may
    ///     go on before it is cancelled; the deadline ends that too.
    ///   - work: The work, which runs in a task of its own.
    /// - Returns: What the work returned or threw, and what interrupted it.
    static func run(
        until end: Duration,
        on clock: CallClock,
        whenInterrupted: @escaping @Sendable (Interruption) -> Duration = { _ in .zero },
        work: @escaping @Sendable () async throws(Failure) -> Value
    ) async -> Ending {
        let race = Race(whenInterrupted)
        return await withTaskCancellationHandler {
            await withCheckedContinuation { race.start($0, until: end, on: clock, work) }
        } onCancel: {
            race.interrupt(.cancellation)
        }
    }

    private func start(
        _ continuation: CheckedContinuation<Ending, Never>, until end: Duration, on clock: CallClock,
        _ work: @escaping @Sendable () async throws(Failure) -> Value
    ) {
        let deadline = clock.at(end) { [self] in interrupt(.deadline) }
        let early = state.withLock { state -> Interruption? in
            guard case .new(let early) = state else { return nil }
            // With the lock held: the work may end before this returns.
            let worker = Task {
                do throws(Failure) {
                    finish(with: .success(try await work()))
                } catch {
                    finish(with: .failure(error))
                }
            }
            state = .running(Run(continuation: continuation, worker: worker, deadline: deadline))
            return early
        }
        if let early { interrupt(early) }
    }

    private func interrupt(_ interruption: Interruption) {
        let wait = whenInterrupted(interruption)
        let cancelled = state.withLock { state -> Task<Void, Never>? in
            switch state {
            case .new(let early):
                state = .new(early ?? interruption)
                return nil
            case .running(let run) where wait > .zero:
                let alarm = AlarmClock.shared.set(in: wait) { [self] in endWait() }
                state = .waiting(run, interruption, alarm)
                return nil
            case .running(let run): return stop(run, interruption, &state)
            case .waiting(let run, let first, let alarm) where wait <= .zero:
                AlarmClock.shared.cancel(alarm)
                return stop(run, first, &state)
            case .waiting, .stopping, .over: return nil
            }
        }
        cancelled?.cancel()
    }

    private func endWait() {
        let cancelled = state.withLock { state -> Task<Void, Never>? in
            guard case .waiting(let run, let interruption, _) = state else { return nil }
            return stop(run, interruption, &state)
        }
        cancelled?.cancel()
    }

    /// - Returns: What is to be cancelled, once the lock is free: that calls out.
    private func stop(_ run: Run, _ interruption: Interruption, _ state: inout State) -> Task<Void, Never> {
        let alarm = AlarmClock.shared.set(in: lastMoment) { [self] in abandon() }
        state = .stopping(run, interruption, alarm)
        return run.worker
    }

    private func finish(with result: Result<Value, Failure>) {
        switch end() {
        case .new, .over: break
        case .running(let run): run.end(with: .finished(result))
        case .waiting(let run, let interruption, let alarm), .stopping(let run, let interruption, let alarm):
            AlarmClock.shared.cancel(alarm)
            run.end(with: .interrupted(interruption, result))
        }
    }

    /// Waits for the work no longer.
    private func abandon() {
        if case .stopping(let run, let interruption, _) = end() { run.end(with: .interrupted(interruption, nil)) }
    }

    /// - Returns: How far the race had come.
    private func end() -> State {
        state.withLock { state in
            defer { state = .over }
            return state
        }
    }
}

/// What ends a race before its work does.
enum Interruption: Sendable {
    case deadline, cancellation
}
