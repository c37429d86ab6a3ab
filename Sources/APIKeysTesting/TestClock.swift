import APIKeys

/// A clock that a test drives, so that pauses and deadlines take no time.
///
/// Time stands still until ``advance(by:)``. Pauses up to a chosen length can be skipped instead: they end at once, and
/// the clock moves on by as much. Deadlines are told apart from pauses, however short they are, and wait for the test.
/// A pause that nobody ends fails the call after a while, with words.
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

        /// The instant that lies this much later.
        ///
        /// - Parameter duration: How much.
        /// - Returns: The instant.
        public func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }

        /// The time from this instant to another.
        ///
        /// - Parameter other: The other instant.
        /// - Returns: The time, negative if the other lies before.
        public func duration(to other: Instant) -> Duration { other.offset - offset }

        /// Whether the first lies before the second.
        public static func < (one: Instant, other: Instant) -> Bool { one.offset < other.offset }
    }

    private struct Sleeper: Sendable {
        var deadline: Instant
        var isDeadline: Bool
        var continuation: CheckedContinuation<Void, any Error>
    }

    private struct State: Sendable {
        var now = Instant(offset: .zero)
        var nextID = 0
        var sleepers: [Int: Sleeper] = [:]
        var cancelled: Set<Int> = []
        var skipped: [Duration] = []
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Locked(State())
    private let longestSkippedSleep: Duration
    private let patience: Duration

    /// Creates a clock that stands at zero.
    ///
    /// - Parameters:
    ///   - longestSkippedSleep: How long a pause may be to be skipped; none is by default.
    ///   - patience: How long, in real time, a pause waits for the test to end it before it throws; 30 seconds by
    ///     default.
    public init(skippingSleepsUpTo longestSkippedSleep: Duration = .zero, patience: Duration = .seconds(30)) {
        self.longestSkippedSleep = longestSkippedSleep
        self.patience = patience
    }

    /// The time now.
    public var now: Instant { state.withLock { $0.now } }

    /// The smallest step: none.
    public var minimumResolution: Duration { .zero }

    /// The lengths of the pauses that were skipped, in order.
    public var skippedSleeps: [Duration] { state.withLock { $0.skipped } }

    /// Sleeps until the clock has come to an instant.
    ///
    /// - Parameters:
    ///   - deadline: The instant.
    ///   - tolerance: Not used.
    /// - Throws: `CancellationError` at once when the task is cancelled; an `APIError` that says what to do about a
    ///   pause that nobody ended.
    public func sleep(until deadline: Instant, tolerance: Duration? = nil) async throws {
        try Task.checkCancellation()
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        defer { state.withLock { _ = $0.cancelled.remove(id) } }
        let isDeadline = CallClock.isDeadline
        let alarm = isDeadline ? nil : AlarmClock.shared.set(in: patience) { [self] in giveUp(id) }
        defer { if let alarm { AlarmClock.shared.cancel(alarm) } }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation {
                add(Sleeper(deadline: deadline, isDeadline: isDeadline, continuation: $0), id)
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                let sleeper = state.sleepers.removeValue(forKey: id)
                if sleeper == nil { state.cancelled.insert(id) }
                return sleeper
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Ends a pause that the test has forgotten.
    private func giveUp(_ id: Int) {
        let (sleeper, now) = state.withLock { ($0.sleepers.removeValue(forKey: id), $0.now) }
        guard let sleeper else { return }
        let problem =
            "nobody ended a pause of \(now.duration(to: sleeper.deadline)) on a TestClock: call advance(by:), "
            + "or create the clock with skippingSleepsUpTo"
        sleeper.continuation.resume(
            throwing: APIError(kind: .invalidRequest(problem), outcome: .notProcessed, provider: "", operation: ""))
    }

    private func add(_ sleeper: Sleeper, _ id: Int) {
        let isCancelled = state.withLock { state in
            if state.cancelled.remove(id) != nil { return true }
            let length = state.now.duration(to: sleeper.deadline)
            state.sleepers[id] = sleeper
            if !sleeper.isDeadline, length <= longestSkippedSleep, length > .zero {
                state.skipped.append(length)
                state.now = sleeper.deadline
            }
            return false
        }
        if isCancelled { sleeper.continuation.resume(throwing: CancellationError()) }
        wake()
    }

    /// Moves the clock on and ends every sleep that is due by then, in the order of their ends.
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

    private func wake() {
        let (due, ready) = state.withLock { state in
            let due = state.sleepers.filter { $0.value.deadline <= state.now }
            for id in due.keys { state.sleepers[id] = nil }
            let ready = state.watchers.filter { $0.count <= state.sleepers.count }
            let sleeping = state.sleepers.count
            state.watchers.removeAll { $0.count <= sleeping }
            return (due.values.sorted { $0.deadline < $1.deadline }, ready)
        }
        for sleeper in due { sleeper.continuation.resume() }
        for watcher in ready { watcher.continuation.resume() }
    }
}
