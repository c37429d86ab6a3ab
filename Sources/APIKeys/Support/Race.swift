/// Runs work that may never end, and returns by a deadline all the same.
///
/// At the deadline, or when the calling task is cancelled, the work is cancelled. It then has a moment to end by itself
/// and say how far it came; after that it is abandoned, and what it returns later is dropped.
final class Race: Sendable {
    enum Interruption: Sendable {
        case deadline, cancellation
    }

    /// How a race ended.
    struct Ending<Value: Sendable>: Sendable {
        /// What the work returned, maybe after it was interrupted; `nil` if it was interrupted and goes on.
        var value: Value?
        var interruption: Interruption?
    }

    private struct State: Sendable {
        var continuation: CheckedContinuation<Interruption?, Never>?
        var worker: Task<Void, Never>?
        var interruption: Interruption?
        var isStopping = false
        var deadline: CallClock.Alarm?
        /// The end of a wait or of the last moment: real time, whatever the call's clock. Work that ignores
        /// cancellation does not know that clock either.
        var wait: AlarmClock.Alarm?
    }

    private let state = Locked(State())
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
    ///   - whenInterrupted: Called at the deadline, and when the calling task is cancelled. Returns how long the work
    ///     may go on before it is cancelled; the deadline ends that too.
    ///   - work: The work, which runs in a task of its own.
    /// - Returns: What the work returned, and what interrupted it.
    static func run<Value: Sendable>(
        until end: Duration,
        on clock: CallClock,
        whenInterrupted: @escaping @Sendable (Interruption) -> Duration = { _ in .zero },
        work: @escaping @Sendable () async -> Value
    ) async -> Ending<Value> {
        let race = Race(whenInterrupted)
        let value = Locked<Value?>(nil)
        let interruption = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                race.start(continuation, until: end, on: clock) {
                    let result = await work()
                    value.withLock { $0 = result }
                }
            }
        } onCancel: {
            race.interrupt(.cancellation)
        }
        return Ending(value: value.withLock { $0 }, interruption: interruption)
    }

    private func start(
        _ continuation: CheckedContinuation<Interruption?, Never>, until end: Duration, on clock: CallClock,
        _ work: @escaping @Sendable () async -> Void
    ) {
        state.withLock { $0.continuation = continuation }
        let worker = Task {
            await work()
            self.end()
        }
        let deadline = clock.at(end) { [self] in interrupt(.deadline) }
        let (isOver, interruption) = state.withLock { state in
            state.worker = worker
            state.deadline = deadline
            return (state.continuation == nil, state.interruption)
        }
        if isOver { deadline.cancel() } else if let interruption { interrupt(interruption) }
    }

    private func interrupt(_ interruption: Interruption) {
        let wait = whenInterrupted(interruption)
        let hasBegun = state.withLock { state in
            state.interruption = state.interruption ?? interruption
            return state.worker != nil  // If not, `start` finds the interruption.
        }
        guard hasBegun else { return }
        if wait > .zero { after(wait) { $0.stop() } } else { stop() }
    }

    private func stop() {
        let worker = state.withLock { state -> Task<Void, Never>? in
            guard !state.isStopping, state.continuation != nil else { return nil }
            state.isStopping = true
            return state.worker
        }
        guard let worker else { return }
        worker.cancel()
        after(lastMoment) { $0.end() }
    }

    private func after(_ delay: Duration, _ next: @escaping @Sendable (Race) -> Void) {
        let alarm = AlarmClock.shared.set(in: delay) { [self] in next(self) }
        let former = state.withLock { state in
            guard state.continuation != nil else { return alarm as AlarmClock.Alarm? }
            defer { state.wait = alarm }
            return state.wait
        }
        if let former { AlarmClock.shared.cancel(former) }
    }

    private func end() {
        let last = state.withLock { state -> State? in
            guard state.continuation != nil else { return nil }
            defer { state.continuation = nil }
            return state
        }
        guard let last else { return }
        last.deadline?.cancel()
        if let alarm = last.wait { AlarmClock.shared.cancel(alarm) }
        last.continuation?.resume(returning: last.interruption)
    }
}
