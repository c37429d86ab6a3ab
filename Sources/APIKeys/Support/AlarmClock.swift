import Dispatch

/// Rings alarms at their time. One timer serves the whole process, and nothing is left of an alarm that was cancelled:
/// a cancelled `Task.sleep` stays in memory until its time would have come.
///
/// Counts the time in which the system sleeps, as `ContinuousClock` does, by which calls measure theirs: an alarm
/// whose time has passed meanwhile rings when the system wakes, and not that much later.
package final class AlarmClock: DeadlineClock {
    package static let shared = AlarmClock()

    private struct State: Sendable {
        /// In the order in which they ring. Most alarms of a process are equally far away, so that a new one is the
        /// last.
        var alarms: [(alarm: Alarm, ring: @Sendable () -> Void)] = []
        var count: UInt64 = 0
        /// When the timers fire next; `nil` if for no alarm.
        var armed: Duration?

        /// Where an alarm is, or belongs.
        func place(of alarm: Alarm) -> Int {
            if let last = alarms.last, last.alarm < alarm { return alarms.count }
            var (low, high) = (0, alarms.count)
            while low < high {
                let middle = (low + high) / 2
                if alarms[middle].alarm < alarm { low = middle + 1 } else { high = middle }
            }
            return low
        }
    }

    private let state = Locked(State())
    private let start = ContinuousClock.now
    package let lastMoment = Duration.milliseconds(100)
    // Unsafe: dispatch sources may be used from any thread, and the properties never change.
    /// Stands still while the system sleeps.
    nonisolated(unsafe) private let timer: any DispatchSourceTimer
    /// Fires at the wake if its time has passed, but goes wrong when somebody sets the system's clock.
    nonisolated(unsafe) private let wakeTimer: any DispatchSourceTimer

    private init() {
        let queue = DispatchQueue(label: "swift-api-keys.alarms")
        timer = DispatchSource.makeTimerSource(queue: queue)
        wakeTimer = DispatchSource.makeTimerSource(queue: queue)
        for timer in [timer, wakeTimer] {
            timer.setEventHandler { [weak self] in self?.ringDue() }
            timer.resume()
        }
    }

    /// Since the start of this clock. Calls count in this: an instant of the system's clock would cost each of them
    /// 4,000 instructions, for its layout is not known here.
    package var time: Duration { start.duration(to: .now) }

    /// Sets an alarm that rings in a year at most, on a queue that all alarms share: what happens then must be short.
    package func set(in delay: Duration, _ ring: @escaping @Sendable () -> Void) -> Alarm {
        setAlarm(at: time + min(max(delay, .zero), .year), ring)
    }

    package func setAlarm(at time: Duration, _ ring: @escaping @Sendable () -> Void) -> Alarm {
        let now = self.time
        let time = min(time, now + .year)
        return state.withLock { state in
            state.count += 1
            let alarm = Alarm(time: time, number: state.count)
            state.alarms.insert((alarm, ring), at: state.place(of: alarm))
            if state.armed.map({ time < $0 }) ?? true { arm(&state, at: now) }
            return alarm
        }
    }

    /// Cancels an alarm, unless it has rung.
    package func cancel(_ alarm: Alarm) {
        state.withLock { state in
            let place = state.place(of: alarm)
            if place < state.alarms.count, state.alarms[place].alarm == alarm { state.alarms.remove(at: place) }
        }
    }

    private func ringDue() {
        let now = time
        let due = state.withLock { state in
            let count = state.alarms.prefix { $0.alarm.time <= now }.count
            let due = state.alarms[..<count].map(\.ring)
            state.alarms.removeFirst(count)
            arm(&state, at: now)
            return due
        }
        for ring in due { ring() }
    }

    /// Lets the timers fire for the first alarm.
    private func arm(_ state: inout State, at now: Duration) {
        state.armed = state.alarms.first?.alarm.time
        guard let armed = state.armed else { return }
        let seconds = max(armed - now, .zero) / .seconds(1)
        timer.schedule(deadline: .now() + seconds, leeway: .milliseconds(1))
        // A little later: while the system is awake, the other one is first, and arms both anew.
        wakeTimer.schedule(wallDeadline: .now() + seconds + 0.1, leeway: .milliseconds(50))
    }
}

extension Duration {
    /// Longer than any call. A time beyond it means the same, and not every clock could count it.
    static var year: Duration { .seconds(31_536_000) }
}
