import APIKeys
import Testing

@Suite(.timeLimit(.minutes(5))) struct AlarmClockTests {
    @Test func alarmsRingInTheirOrder() async {
        let rung = Locked([Int]())
        await withCheckedContinuation { continuation in
            for (number, delay) in [30, 10, 20, 10].enumerated() {
                _ = AlarmClock.shared.set(in: .milliseconds(delay)) {
                    let count = rung.withLock { list in
                        list.append(number)
                        return list.count
                    }
                    if count == 4 { continuation.resume() }
                }
            }
        }
        #expect(rung.withLock { $0 } == [1, 3, 2, 0])
    }

    /// Nothing is left of an alarm that was cancelled, however far away it was.
    @Test func aCancelledAlarmIsGone() {
        final class Kept: Sendable {}
        weak var weakly: Kept?
        do {
            let kept = Kept()
            weakly = kept
            let alarms = (0..<100).map { second in
                AlarmClock.shared.set(in: .seconds(3600 + second)) { _ = kept }
            }
            for alarm in alarms.shuffled() { AlarmClock.shared.cancel(alarm) }
        }
        #expect(weakly == nil)
    }

    @Test func delaysOfAnySizeDoNotTrap() async {
        for delay in [Duration.seconds(Int64.max) * 2, .seconds(Int64.max), .seconds(Int64.min) * 2] {
            AlarmClock.shared.cancel(AlarmClock.shared.set(in: delay) {})
        }
        await withCheckedContinuation { continuation in
            _ = AlarmClock.shared.set(in: .seconds(-1)) { continuation.resume() }
        }
    }
}
