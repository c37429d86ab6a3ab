import APIKeys

/// A clock that a test controls, so that pauses and deadlines take no time.
///
/// Time stands still until ``advance(by:)``. Pauses up to a chosen length can be skipped instead: they end at once, and
/// the clock advances by their length. Deadlines are never skipped, however short they are: the test advances the clock
/// past them. If the test does not end a pause, the call fails after 30 seconds by default, with an error that says
/// what to do.
///
/// ```swift
/// let clock = TestClock(skippingSleepsUpTo: .seconds(10))
/// let configuration = ClientConfiguration(clock: clock, random: { $0.upperBound })
/// // … a call that is answered 503, 503 and 200 …
/// #expect(clock.skippedSleeps == [.milliseconds(500), .seconds(1)])
/// ```
public final class TestClock: Clock {
    /// A point of a test clock's time.
    public struct Instant: InstantProtocol {
        /// The time since the clock was created.
        public var offset: Duration

        /// Returns the instant that is later by a duration.
        ///
        /// - Parameter duration: How much.
        /// - Returns: The instant.
        public func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }

        /// Returns the time from this instant to another.
        ///
        /// - Parameter other: The other instant.
        /// - Returns: The time, negative if the other instant is earlier.
        public func duration(to other: Instant) -> Duration { other.offset - offset }

        /// Whether the first instant is earlier than the second.
        public static func < (one: Instant, other: Instant) -> Bool { one.offset < other.offset }
    }

    private struct State: Sendable {
        var now = Instant(offset: .zero)
        /// Of sleeps and of deadlines, in the order in which they ring.
        var alarms: [(alarm: Alarm, ring: @Sendable () -> Void)] = []
        /// The numbers of those that are not there yet.
        var pending: Set<UInt64> = []
        var count: UInt64 = 0
        var skipped: [Duration] = []
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Locked(State())
    private let longestSkippedSleep: Duration
    private let patience: Duration
    package let lastMoment: Duration

    /// Creates a clock that stands at zero.
    ///
    /// - Parameters:
    ///   - longestSkippedSleep: The longest pause that is skipped; none is by default.
    ///   - patience: How long, in real time, a pause waits for the test to end it before it throws; 30 seconds by
    ///     default.
    public convenience init(
        skippingSleepsUpTo longestSkippedSleep: Duration = .zero, patience: Duration = .seconds(30)
    ) {
        self.init(
            skippingSleepsUpTo: longestSkippedSleep, patience: patience, lastMoment: AlarmClock.shared.lastMoment)
    }

    /// A clock under which work that was cancelled has another time to say how far it came.
    package init(
        skippingSleepsUpTo longestSkippedSleep: Duration = .zero, patience: Duration = .seconds(30),
        lastMoment: Duration
    ) {
        self.longestSkippedSleep = longestSkippedSleep
        self.patience = patience
        self.lastMoment = lastMoment
    }

    /// The time now.
    public var now: Instant { state.withLock { $0.now } }

    /// Zero: the clock has no smallest step.
    public var minimumResolution: Duration { .zero }

    /// The lengths of the pauses that were skipped, in order.
    public var skippedSleeps: [Duration] { state.withLock { $0.skipped } }

    /// Sleeps until the clock reaches an instant.
    ///
    /// - Parameters:
    ///   - deadline: The instant.
    ///   - tolerance: Not used.
    /// - Throws: `CancellationError` at once when the task is cancelled; an `APIError` that says what to do if the test
    ///   does not end the pause.
    public func sleep(until deadline: Instant, tolerance: Duration? = nil) async throws {
        try Task.checkCancellation()
        let isSkipped = state.withLock { state in
            let length = state.now.duration(to: deadline)
            guard length <= longestSkippedSleep, length > .zero else { return false }
            state.skipped.append(length)
            state.now = deadline
            return true
        }
        if isSkipped { return wake() }
        let end = OneShot<Void>()
        let alarm = newAlarm(at: deadline.offset)
        add(alarm) { end.end(with: .success(())) }
        defer { cancel(alarm) }
        let surrender = AlarmClock.shared.set(in: patience) { [self] in end.end(with: .failure(forgotten(deadline))) }
        defer { AlarmClock.shared.cancel(surrender) }
        try await end.value()
    }

    /// The error of a pause that the test has forgotten.
    private func forgotten(_ deadline: Instant) -> APIError {
        let problem =
            "nobody ended a pause of \(now.duration(to: deadline)) on a TestClock: call advance(by:), "
            + "or create the clock with skippingSleepsUpTo"
        return APIError(kind: .invalidRequest(problem), outcome: .notProcessed, provider: "", operation: "")
    }

    /// Advances the clock, and ends every sleep that is due by then, in the order of their ends.
    ///
    /// - Parameter duration: How much.
    public func advance(by duration: Duration) {
        state.withLock { $0.now = $0.now.advanced(by: duration) }
        wake()
    }

    /// Waits until this many tasks sleep on the clock, so that a test knows when to advance it.
    ///
    /// - Parameter count: How many; 1 by default.
    public func waitForSleepers(_ count: Int = 1) async {
        await withCheckedContinuation { continuation in
            state.withLock { $0.watchers.append((count, continuation)) }
            wake()
        }
    }

    /// Rings what is due, and tells who waits for sleepers.
    private func wake() {
        let (due, ready) = state.withLock { state in
            let due = state.alarms.prefix { $0.alarm.time <= state.now.offset }
            state.alarms.removeFirst(due.count)
            let sleeping = state.alarms.count
            let ready = state.watchers.filter { $0.count <= sleeping }
            state.watchers.removeAll { $0.count <= sleeping }
            return (due, ready)
        }
        for (_, ring) in due { ring() }
        for watcher in ready { watcher.continuation.resume() }
    }
}

extension TestClock: DeadlineClock {
    package var time: Duration { now.offset }

    /// In a task of its own, so that what was begun before the alarm was set, such as an attempt, comes first: a test
    /// that waits for sleepers expects that.
    package func setAlarm(at time: Duration, _ ring: @escaping @Sendable () -> Void) -> Alarm {
        let alarm = newAlarm(at: time)
        Task { add(alarm, ring) }
        return alarm
    }

    package func cancel(_ alarm: Alarm) {
        state.withLock { state in
            if state.pending.remove(alarm.number) == nil { state.alarms.removeAll { $0.alarm == alarm } }
        }
    }

    private func newAlarm(at time: Duration) -> Alarm {
        state.withLock { state in
            state.count += 1
            state.pending.insert(state.count)
            return Alarm(time: time, number: state.count)
        }
    }

    private func add(_ alarm: Alarm, _ ring: @escaping @Sendable () -> Void) {
        state.withLock { state in
            guard state.pending.remove(alarm.number) != nil else { return }
            let place = state.alarms.firstIndex { alarm < $0.alarm } ?? state.alarms.count
            state.alarms.insert((alarm, ring), at: place)
        }
        wake()
    }
}
