/// A clock that keeps the deadlines of calls.
///
/// A configuration's clock measures pauses. Deadlines run in real time, by ``AlarmClock``, unless the clock says by
/// this protocol that it keeps them too: a clock that ends each pause at once would end each call at once.
package protocol DeadlineClock: Sendable {
    /// The time since some moment.
    var time: Duration { get }
    /// How long work that was cancelled may take to say how far it came, in real time.
    var lastMoment: Duration { get }

    /// Sets an alarm: soon if the time has passed, but never before this returns. What happens then must be short.
    func setAlarm(at time: Duration, _ ring: @escaping @Sendable () -> Void) -> Alarm

    /// Cancels an alarm, unless it has rung.
    func cancel(_ alarm: Alarm)
}

/// An alarm of a ``DeadlineClock``, by when it rings and the order in which it was set.
package struct Alarm: Comparable, Sendable {
    package let time: Duration
    package let number: UInt64

    package init(time: Duration, number: UInt64) {
        self.time = time
        self.number = number
    }

    package static func < (one: Alarm, other: Alarm) -> Bool { (one.time, one.number) < (other.time, other.number) }
}

/// A time by which something has to end.
struct Deadline: Sendable {
    let clock: any DeadlineClock
    private let time: Duration

    fileprivate init(_ clock: any DeadlineClock, in duration: Duration) {
        self.clock = clock
        time = clock.time + min(duration, .year)
    }

    /// How much time is left; negative behind the deadline.
    var remaining: Duration { time - clock.time }

    /// Sets an alarm for the deadline.
    func setAlarm(_ ring: @escaping @Sendable () -> Void) -> Alarm { clock.setAlarm(at: time, ring) }
}

/// The time since a call began, by the clock that the configuration names.
package struct CallClock: Sendable {
    private enum Source: Sendable {
        case system(start: Duration)
        case other(elapsed: @Sendable () -> Duration, sleep: @Sendable (Duration) async throws -> Void)
    }

    private let source: Source
    private let deadlines: any DeadlineClock

    /// Starts counting.
    package init(_ clock: any Clock<Duration>) {
        if clock is ContinuousClock {
            source = .system(start: AlarmClock.shared.time)
            deadlines = AlarmClock.shared
        } else {
            source = Self.counting(clock)
            deadlines = clock as? any DeadlineClock ?? AlarmClock.shared
        }
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
        case .system(let start): AlarmClock.shared.time - start
        case .other(let elapsed, _): elapsed()
        }
    }

    /// The time that lies this far ahead.
    func deadline(in duration: Duration) -> Deadline { Deadline(deadlines, in: duration) }

    /// Sleeps until the call has taken this long. Throws at once when the task is cancelled.
    package func sleep(until time: Duration) async throws {
        switch source {
        case .other(_, let sleep): try await sleep(time)
        case .system(let start): try await AlarmClock.shared.sleep(until: start + time)
        }
    }
}

extension DeadlineClock {
    /// Sleeps until a time. Nothing is left of the sleep when its task is cancelled.
    func sleep(until time: Duration) async throws {
        let end = OneShot<Void>()
        let alarm = setAlarm(at: time) { end.end(with: .success(())) }
        defer { cancel(alarm) }
        try await end.value()
    }
}
