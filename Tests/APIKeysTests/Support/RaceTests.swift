import APIKeysTesting
import Foundation
import Testing

@testable import APIKeys

@Suite(.timeLimit(.minutes(5))) struct RaceTests {
    private struct Failure: Error, Equatable {}

    private func deadline(_ clock: TestClock) -> Deadline { CallClock(clock).deadline(in: .seconds(30)) }

    @Test func theWorkEndsFirst() async throws {
        let clock = TestClock()
        let ending = await Race.run(until: deadline(clock)) { 7 }
        #expect(try ending.ending.get() == 7)
        // Nothing waits for the deadline any more.
        clock.advance(by: .seconds(3600))
        #expect(ending.interruption == nil)
    }

    @Test func whatTheWorkThrowsIsItsEnd() async {
        let ending = await Race.run(until: deadline(TestClock())) { () async throws(Failure) -> Int in throw Failure() }
        #expect(throws: Failure.self) { try ending.ending.get() }
        #expect(ending.interruption == nil)
    }

    /// The work is cancelled, and what it says then is heard.
    @Test func theDeadlineCancelsTheWork() async throws {
        let clock = TestClock(lastMoment: .seconds(30))
        async let ending = Race.run(until: deadline(clock)) { () async -> Bool in
            try? await hang()
            return Task.isCancelled
        }
        await clock.waitForSleepers()
        clock.advance(by: .seconds(30))
        let (result, interruption) = await ending
        #expect(try result.get())
        #expect(interruption == .deadline)
    }

    @Test func workThatGoesOnIsAbandoned() async {
        let (clock, released) = (TestClock(lastMoment: .milliseconds(1)), Signal())
        async let ending = Race.run(until: deadline(clock)) { () async -> Void in await released.wait() }
        await clock.waitForSleepers()
        clock.advance(by: .seconds(30))
        let (result, interruption) = await ending
        guard case .abandoned = result else { return #expect(Bool(false), "\(result)") }
        #expect(interruption == .deadline)
        released.set()
    }

    /// Also a cancellation that comes before the work begins.
    @Test(arguments: [false, true]) func cancellationCancelsTheWork(_ isEarly: Bool) async throws {
        let (clock, begun) = (TestClock(lastMoment: .seconds(30)), Signal())
        let race = Task {
            if isEarly { withUnsafeCurrentTask { $0?.cancel() } }
            return await Race.run(until: deadline(clock)) { () async throws -> Int in
                begun.set()
                try await hang()
                return 7
            }
        }
        await begun.wait()
        race.cancel()
        let ending = await race.value
        #expect(ending.interruption == .cancellation)
        #expect(throws: CancellationError.self) { try ending.ending.get() }
    }

    /// Work that may go on for a while is not cancelled before the wait is over, or the deadline is there.
    @Test(arguments: [Duration.milliseconds(20), .seconds(3600)])
    func theWorkMayGoOnForAWhile(_ wait: Duration) async throws {
        let (clock, begun, interrupted) = (TestClock(lastMoment: .seconds(30)), Signal(), Signal())
        let race = Task {
            await Race.run(
                until: deadline(clock),
                whenInterrupted: { interruption in
                    interrupted.set()
                    return interruption == .cancellation ? wait : .zero
                },
                work: { () async -> Bool in
                    begun.set()
                    try? await hang()
                    return Task.isCancelled
                })
        }
        await begun.wait()
        await clock.waitForSleepers()
        let start = ContinuousClock.now
        race.cancel()
        await interrupted.wait()
        if wait > .seconds(1) { clock.advance(by: .seconds(30)) }
        // The first interruption is the one that is told.
        let ending = await race.value
        #expect(try ending.ending.get())
        #expect(ending.interruption == .cancellation)
        #expect(ContinuousClock.now - start >= min(wait, .milliseconds(20)) || wait > .seconds(1))
    }

    @Test func workThatEndsWithinTheWaitIsNotCancelled() async throws {
        let (begun, released) = (Signal(), Signal())
        let race = Task {
            await Race.run(
                until: deadline(TestClock()), whenInterrupted: { _ in .seconds(3600) },
                work: { () async -> Bool in
                    begun.set()
                    await released.wait()
                    return Task.isCancelled
                })
        }
        await begun.wait()
        race.cancel()
        released.set()
        let ending = await race.value
        #expect(try !ending.ending.get())
        #expect(ending.interruption == .cancellation)
    }

    /// Whatever comes at the same time, a race ends once.
    @Test func everythingAtOnce() async {
        for _ in 0..<300 {
            let (clock, released) = (TestClock(), Signal())
            let race = Task { await Race.run(until: deadline(clock)) { await released.wait() } }
            async let end: Void = released.set()
            async let time: Void = clock.advance(by: .seconds(30))
            race.cancel()
            _ = await (end, time)
            let ending = await race.value
            if case .abandoned = ending.ending { #expect(ending.interruption != nil) }
        }
    }
}
