import APIKeysTesting
import Foundation
import TestSupport
import Testing

@testable import APIKeys

@Suite(.timeLimit(.minutes(5))) struct CallClockTests {
    /// Ends each sleep at once and moves on by as much, as the `ImmediateClock` of other libraries does.
    private final class ImmediateClock: Clock {
        struct Instant: InstantProtocol {
            var offset: Duration

            func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
            func duration(to other: Instant) -> Duration { other.offset - offset }
            static func < (one: Instant, other: Instant) -> Bool { one.offset < other.offset }
        }

        private let offset = Locked(Duration.zero)

        var now: Instant { Instant(offset: offset.withLock { $0 }) }
        var minimumResolution: Duration { .zero }

        func sleep(until deadline: Instant, tolerance: Duration?) async throws {
            try Task.checkCancellation()
            offset.withLock { $0 = max($0, deadline.offset) }
            await Task.yield()
        }
    }

    /// Pauses are over at once, and deadlines are not.
    @Test func aClockThatEndsEachSleepAtOnceEndsNoCall() async throws {
        let transport = MockTransport(.failing(.server), .failing(.server), .json(Probe.thing))
        let clock = ImmediateClock()
        let configuration = ClientConfiguration(
            timeout: .seconds(7200), attemptTimeout: .seconds(7200),
            retry: RetryPolicy(baseDelay: .seconds(600), maxDelay: .seconds(3600)), clock: clock, random: \.upperBound)
        let start = ContinuousClock.now
        #expect(try await Probe(transport, configuration: configuration).read() == Probe.thing)
        #expect(transport.requests.count == 3)
        #expect(clock.now.offset == .seconds(1800))
        #expect(ContinuousClock.now - start < .seconds(600))
    }

    /// So is one of the credential's source.
    @Test func aFetchDoesNotTimeOutAtOnce() async throws {
        let source = RefreshingCredential(clock: ImmediateClock()) {
            try await Task.sleep(for: .milliseconds(5))
            return ExpiringCredential(Secret("token"), lifetime: .seconds(60))
        }
        #expect(try await source.credential() == Secret("token"))
    }

    @Test func deadlinesRunInRealTimeThen() async throws {
        let transport = MockTransport { _ in
            try await hang()
            return HTTPResponse(status: 200)
        }
        let configuration = ClientConfiguration(
            timeout: .milliseconds(80), attemptTimeout: .milliseconds(60), clock: ImmediateClock())
        let start = ContinuousClock.now
        let error = try await failure { () throws(APIError) in
            try await Probe(transport, configuration: configuration).read()
        }
        #expect(error.kind == .timedOut)
        #expect(ContinuousClock.now - start >= .milliseconds(60))
    }

    @Test func aTestClockKeepsDeadlines() async throws {
        let clock = TestClock()
        let deadline = CallClock(clock).deadline(in: .seconds(30))
        let rung = Signal()
        let early = deadline.setAlarm { #expect(Bool(false), "it was cancelled") }
        _ = deadline.setAlarm { rung.set() }
        await clock.waitForSleepers(2)
        deadline.clock.cancel(early)
        clock.advance(by: .seconds(29))
        #expect(!rung.isSet)
        #expect(deadline.remaining == .seconds(1))
        clock.advance(by: .seconds(1))
        #expect(rung.isSet)
    }

    @Test func theSystemsClockSleepsAndCounts() async throws {
        let clock = CallClock(ContinuousClock())
        try await clock.sleep(until: .milliseconds(10))
        #expect(clock.elapsed() >= .milliseconds(10))
        // What lies behind is over at once.
        try await clock.sleep(until: .seconds(-1))
        let sleep = Task { try await clock.sleep(until: .seconds(3600)) }
        sleep.cancel()
        await #expect(throws: CancellationError.self) { try await sleep.value }
    }

    @Test(arguments: [Duration.seconds(Int64.max), .seconds(Int64.max) * 2, .seconds(Int64.min) * 2])
    func deadlinesOfAnySizeDoNotTrap(_ duration: Duration) {
        let deadline = CallClock(ContinuousClock()).deadline(in: duration)
        deadline.clock.cancel(deadline.setAlarm {})
        #expect(deadline.remaining <= .seconds(31_536_000))
    }
}
