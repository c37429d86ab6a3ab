import APIKeysTesting
import Testing

@testable import APIKeys

@Suite(.timeLimit(.minutes(5))) struct PaceTests {
    private let clock = TestClock()

    private func pace(_ limit: Int) -> Pace { Pace(limit: limit, clock: CallClock(clock)) }

    @Test func aRefusalHalvesTheLimitOnceARound() async throws {
        let pace = pace(16)
        var tickets: [Int] = []
        for _ in 0..<16 { tickets.append(try #require(await pace.enter())) }
        // All sixteen are refused: the first one says it all.
        #expect(tickets.map { pace.refused($0, retryAfter: nil) } == [8] + Array(repeating: nil, count: 15))
        for _ in tickets { pace.leave() }
        for limit in [4, 2, 1, 1] {
            let ticket = try #require(await pace.enter())
            #expect(pace.refused(ticket, retryAfter: nil) == limit)
            pace.leave()
        }
    }

    @Test func aRoundOfSuccessesAllowsOneMore() async throws {
        let pace = pace(4)
        let ticket = try #require(await pace.enter())
        #expect(pace.refused(ticket, retryAfter: nil) == 2)
        _ = try #require(await pace.enter())
        // Two are at work, and two is the limit. Two successes are a round: a third may enter, and no fourth.
        let (third, fourth) = (Signal(), Signal())
        let entering = Task {
            if await pace.enter() != nil { third.set() }
            if await pace.enter() != nil { fourth.set() }
        }
        pace.succeeded()
        for _ in 0..<100 { await Task.yield() }
        #expect(!third.isSet)
        pace.succeeded()
        await third.wait()
        for _ in 0..<2 { pace.succeeded() }
        for _ in 0..<100 { await Task.yield() }
        #expect(!fourth.isSet)
        pace.succeeded()
        await fourth.wait()
        await entering.value
        // Four is the maximum.
        let fifth = Task { await pace.enter() }
        for _ in 0..<100 { pace.succeeded() }
        for _ in 0..<100 { await Task.yield() }
        fifth.cancel()
        pace.leave()
        #expect(await fifth.value == nil)
    }

    @Test func everybodyWaitsForARetryAfter() async throws {
        let pace = pace(2)
        let ticket = try #require(await pace.enter())
        _ = pace.refused(ticket, retryAfter: .seconds(10))
        pace.leave()
        async let next = pace.enter()
        await clock.waitForSleepers()
        clock.advance(by: .seconds(9))
        await clock.waitForSleepers()
        clock.advance(by: .seconds(1))
        #expect(await next != nil)
    }

    @Test func aCancelledTaskDoesNotEnter() async throws {
        let pace = pace(1)
        _ = try #require(await pace.enter())
        let waiting = Task { await pace.enter() }
        waiting.cancel()
        pace.leave()
        #expect(await waiting.value == nil)
        #expect(await pace.enter() != nil)
    }
}
