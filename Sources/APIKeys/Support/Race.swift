/// Runs work that may never end, and returns by a deadline all the same.
///
/// At the deadline, or when the calling task is cancelled, the work is cancelled. It then has a moment to end by itself
/// and say how far it came; after that it is abandoned, and what it returns later is dropped.
final class Race: Sendable {
    enum Interruption: Sendable {
        case deadline, cancellation
    }

    /// How the work ended.
    enum Ending<Value: Sendable>: Sendable {
        case returned(Value)
        case threw(any Error)
        /// It was interrupted and goes on.
        case abandoned

        /// What the work returned or threw; `CancellationError` if it goes on.
        func get() throws -> Value {
            switch self {
            case .returned(let value): return value
            case .threw(let error): throw error
            case .abandoned: throw CancellationError()
            }
        }
    }

    private struct Run: Sendable {
        let continuation: CheckedContinuation<Interruption?, Never>
        let worker: Task<Void, Never>
        let deadline: Alarm
    }

    /// The waits are real time, whatever the call's clock. Work that ignores cancellation does not know that one
    /// either.
    private enum State: Sendable {
        /// Nothing runs. An interruption that comes this early is kept for the start.
        case new(Interruption?)
        case running(Run)
        /// Interrupted; the work is not cancelled before the alarm rings.
        case waiting(Run, Interruption, Alarm)
        /// The work is cancelled; the alarm ends its last moment.
        case stopping(Run, Interruption, Alarm)
        case over
    }

    // Nothing here is generic but the ending: each mention of a generic type costs a call 350 instructions.
    private let state = Locked(State.new(nil))
    private let deadline: Deadline
    private let whenInterrupted: @Sendable (Interruption) -> Duration

    private init(_ deadline: Deadline, _ whenInterrupted: @escaping @Sendable (Interruption) -> Duration) {
        self.deadline = deadline
        self.whenInterrupted = whenInterrupted
    }

    /// Runs the work against a deadline, in a task of its own. Says how it ended, and what interrupted it meanwhile.
    ///
    /// `whenInterrupted` is called at the deadline, and when the calling task is cancelled. It returns how long the
    /// work may go on before it is cancelled; the deadline ends that too.
    static func run<Value: Sendable>(
        until deadline: Deadline,
        whenInterrupted: @escaping @Sendable (Interruption) -> Duration = { _ in .zero },
        work: @escaping @Sendable () async throws -> Value
    ) async -> (ending: Ending<Value>, interruption: Interruption?) {
        let ending = Locked(Ending<Value>.abandoned)
        let interruption = await Race(deadline, whenInterrupted).run {
            do {
                let value = try await work()
                ending.withLock { $0 = .returned(value) }
            } catch {
                ending.withLock { $0 = .threw(error) }
            }
        }
        return (ending.withLock { $0 }, interruption)
    }

    private func run(_ work: @escaping @Sendable () async -> Void) async -> Interruption? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { start($0, work) }
        } onCancel: {
            interrupt(.cancellation)
        }
    }

    private func start(
        _ continuation: CheckedContinuation<Interruption?, Never>, _ work: @escaping @Sendable () async -> Void
    ) {
        let early = state.withLock { state -> Interruption? in
            guard case .new(let early) = state else { return nil }
            // With the lock held: the work may end, and the alarm ring, before this returns.
            let worker = Task {
                await work()
                finish()
            }
            let alarm = deadline.setAlarm { [self] in interrupt(.deadline) }
            state = .running(Run(continuation: continuation, worker: worker, deadline: alarm))
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

    /// What is to be cancelled, once the lock is free: that calls out.
    private func stop(_ run: Run, _ interruption: Interruption, _ state: inout State) -> Task<Void, Never> {
        // Abandons the work, if it goes on.
        let alarm = AlarmClock.shared.set(in: deadline.clock.lastMoment) { [self] in finish() }
        state = .stopping(run, interruption, alarm)
        return run.worker
    }

    private func finish() {
        let last = state.withLock { state in
            defer { state = .over }
            return state
        }
        switch last {
        case .new, .over: break
        case .running(let run):
            deadline.clock.cancel(run.deadline)
            run.continuation.resume(returning: nil)
        case .waiting(let run, let interruption, let alarm), .stopping(let run, let interruption, let alarm):
            AlarmClock.shared.cancel(alarm)
            deadline.clock.cancel(run.deadline)
            run.continuation.resume(returning: interruption)
        }
    }
}
