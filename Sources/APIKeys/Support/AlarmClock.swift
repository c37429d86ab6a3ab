import Dispatch

/// Rings alarms at their time. One timer serves the whole process, and nothing is left of an alarm that was cancelled:
/// a cancelled `Task.sleep` stays in memory until its time would have come.
package final class AlarmClock: Sendable {
    package static let shared = AlarmClock()

    /// An alarm, by when it rings and the order in which it was set.
    package struct Alarm: Comparable, Sendable {
        fileprivate let time: UInt64
        fileprivate let number: UInt64

        package static func < (one: Alarm, other: Alarm) -> Bool { (one.time, one.number) < (other.time, other.number) }
    }

    private struct State: Sendable {
        /// In the order in which they ring. Most alarms of a process are equally far away, so that a new one is the last.
        var alarms: [(alarm: Alarm, ring: @Sendable () -> Void)] = []
        var count: UInt64 = 0
        /// When the timer fires next.
        var armed = UInt64.max

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
    // Unsafe: a dispatch source may be used from any thread, and the property never changes.
    nonisolated(unsafe) private let timer = DispatchSource.makeTimerSource(
        queue: DispatchQueue(label: "swift-api-keys.alarms"))

    private init() {
        timer.setEventHandler { [weak self] in self?.ringDue() }
        timer.resume()
    }

    /// Sets an alarm.
    ///
    /// - Parameters:
    ///   - delay: How long until it rings, a year at most.
    ///   - ring: What happens then, on a queue that all alarms share: it must be short.
    /// - Returns: The alarm.
    package func set(in delay: Duration, _ ring: @escaping @Sendable () -> Void) -> Alarm {
        let delay = min(max(delay, .zero), .year).components
        let nanoseconds = UInt64(delay.seconds) * 1_000_000_000 + UInt64(delay.attoseconds) / 1_000_000_000
        let time = DispatchTime.now().uptimeNanoseconds + nanoseconds
        return state.withLock { state in
            state.count += 1
            let alarm = Alarm(time: time, number: state.count)
            state.alarms.insert((alarm, ring), at: state.place(of: alarm))
            if time < state.armed { arm(&state) }
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
        let now = DispatchTime.now().uptimeNanoseconds
        let due = state.withLock { state in
            let count = state.alarms.prefix { $0.alarm.time <= now }.count
            let due = state.alarms[..<count].map(\.ring)
            state.alarms.removeFirst(count)
            arm(&state)
            return due
        }
        for ring in due { ring() }
    }

    /// Lets the timer fire for the first alarm.
    private func arm(_ state: inout State) {
        state.armed = state.alarms.first?.alarm.time ?? .max
        guard state.armed != .max else { return }
        timer.schedule(deadline: DispatchTime(uptimeNanoseconds: state.armed), leeway: .milliseconds(1))
    }
}

extension Duration {
    /// Longer than any call. A time beyond it means the same, and not every clock could count it.
    static var year: Duration { .seconds(31_536_000) }
}
