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
        var worker: Task<Void, Never>?
        var interruption: Interruption?
        var isStopping = false
        var deadline: CallClock.Alarm?
        /// The end of a patience or of the last moment: real time, whatever the call's clock. Work that ignores
        /// cancellation does not know that clock either.
        var patience: AlarmClock.Alarm?
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
    ///   - whenInterrupted: Called at the deadline, and when the calling task is cancelled. Returns how long the work may
    ///     go on before it is cancelled; the deadline ends that too.
    ///   - work: The work, which runs in a task of its own.
    /// - Returns: What the work returned, or why it was left.
    static func run(
        until end: Duration,
        on clock: CallClock,
        whenInterrupted: @escaping @Sendable (Interruption) -> Duration = { _ in .zero },
        work: @escaping @Sendable () async -> Value
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
        _ work: @escaping @Sendable () async -> Value
    ) {
        state.withLock { $0.continuation = continuation }
        let worker = Task { finish(await work()) }
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
        after(lastMoment) { race in race.end { .abandoned($0 ?? .deadline) } }
    }

    private func after(_ delay: Duration, _ next: @escaping @Sendable (Race) -> Void) {
        let alarm = AlarmClock.shared.set(in: delay) { [self] in next(self) }
        let former = state.withLock { state in
            let former = state.continuation == nil ? alarm : state.patience
            if state.continuation != nil { state.patience = alarm }
            return former
        }
        if let former { AlarmClock.shared.cancel(former) }
    }

    private func finish(_ value: Value) {
        end { .finished(value, interruption: $0) }
    }

    private func end(_ ending: (Interruption?) -> Ending) {
        let last = state.withLock { state -> State? in
            guard state.continuation != nil else { return nil }
            defer { state.continuation = nil }
            return state
        }
        guard let last else { return }
        last.deadline?.cancel()
        if let alarm = last.patience { AlarmClock.shared.cancel(alarm) }
        last.continuation?.resume(returning: ending(last.interruption))
    }
}
