import APIKeys
import APIKeysTesting
import Dispatch
import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct DeadlineTests {
    @Test(arguments: Safety.allCases)
    func anAttemptEndsAtItsTime(_ safety: Safety) async throws {
        let clock = TestClock()
        let transport = MockTransport { _ in
            try await hang()
            return HTTPResponse(status: 200)
        }
        let configuration = ClientConfiguration(retry: .never, clock: clock)
        async let call = failure { () throws(APIError) in
            try await Probe(transport, configuration: configuration).call(safety)
        }
        await clock.waitForSleepers()
        clock.advance(by: .seconds(30))
        let error = try await call
        #expect(error.kind == .timedOut)
        #expect(error.outcome == .unknown)
        #expect(error.attempts == 1)
    }

    @Test func theCallEndsAtItsTimeHoweverManyTriesAreLeft() async throws {
        let clock = TestClock(skippingSleepsUpTo: .seconds(10))
        let transport = MockTransport { _ in
            try await hang()
            return HTTPResponse(status: 200)
        }
        let configuration = ClientConfiguration(timeout: .seconds(50), clock: clock, random: \.upperBound)
        async let call = failure { () throws(APIError) in
            try await Probe(transport, configuration: configuration).read()
        }
        await clock.waitForSleepers()
        clock.advance(by: .seconds(30))
        // The pause of half a second is skipped; the second try has 19.5 seconds left.
        await clock.waitForSleepers()
        clock.advance(by: .milliseconds(19_500))
        let error = try await call
        #expect(error.kind == .timedOut)
        #expect(error.attempts == 2)
        #expect(transport.requests.map(\.timeout) == [.seconds(30), .milliseconds(19_500)])
    }

    @Test func aTransportThatIgnoresCancellationIsAbandoned() async throws {
        let transport = StubbornTransport()
        let clock = TestClock()
        let configuration = ClientConfiguration(retry: .never, clock: clock)
        async let call = failure { () throws(APIError) in
            try await Probe(transport, configuration: configuration).create()
        }
        await transport.reached.wait()
        let start = ContinuousClock.now
        await clock.waitForSleepers()
        clock.advance(by: .seconds(30))
        let error = try await call
        #expect(ContinuousClock.now - start < .seconds(60))
        #expect(error.kind == .timedOut)
        #expect(error.outcome == .unknown)
        transport.release(HTTPResponse(status: 200))
    }

    /// An answer that is there by the time the deadline is noticed is not thrown away: it may hold a new key.
    @Test func anAnswerThatComesWithTheDeadlineCounts() async throws {
        let clock = TestClock(lastMoment: .seconds(15))
        let transport = MockTransport { _ in
            try? await hang()
            return HTTPResponse(status: 200, body: Data(#"{"id":7,"token":"tok_new"}"#.utf8))
        }
        async let call = Probe(transport, configuration: ClientConfiguration(clock: clock)).create()
        await clock.waitForSleepers()
        clock.advance(by: .seconds(30))
        #expect(try await call == Probe.thing)
    }

    @Test func whatWasReadByTheDeadlineIsKept() async throws {
        let clock = TestClock(lastMoment: .seconds(15))
        let part = HTTPResponse(status: 200, headers: ["X-Request-ID": "r1"], body: Data(#"{"token":"tok_new","#.utf8))
        let transport = MockTransport { _ in
            try? await hang()
            throw NetworkFailure(reason: .cancelled, partialResponse: part)
        }
        let configuration = ClientConfiguration(clock: clock)
        async let call = failure { () throws(APIError) in
            try await Probe(transport, configuration: configuration).create()
        }
        await clock.waitForSleepers()
        clock.advance(by: .seconds(30))
        let error = try await call
        #expect(error.kind == .timedOut)
        #expect(error.outcome == .processed)
        #expect(error.recoveredSecret == Secret("tok_new"))
        #expect(error.requestID == "r1")
        #expect(transport.requests.count == 1)
    }

    @Test func aCredentialThatNeverComesEndsTheCall() async throws {
        struct Never: CredentialSource {
            func credential() async throws -> Secret {
                try await hang()
                return Secret("")
            }
            func invalidate(_ rejected: Secret) async {}
        }
        let clock = TestClock()
        let transport = MockTransport()
        let configuration = ClientConfiguration(clock: clock)
        async let call = failure { () throws(APIError) in
            try await Probe(transport, source: Never(), configuration: configuration).create()
        }
        await clock.waitForSleepers()
        clock.advance(by: .seconds(60))
        let error = try await call
        #expect(error.kind == .timedOut)
        #expect(error.outcome == .notProcessed)
        #expect(error.attempts == 0)
        #expect(transport.requests.isEmpty)
    }

    /// A source may hang in either of its methods.
    @Test func aSourceThatNeverForgetsACredentialEndsTheCall() async throws {
        struct Stubborn: CredentialSource {
            let told: Signal
            func credential() -> Secret { Secret("token") }
            func invalidate(_ rejected: Secret) async {
                told.set()
                try? await hang()
            }
        }
        let told = Signal()
        let clock = TestClock()
        let transport = MockTransport { _ in HTTPResponse(status: 401) }
        let configuration = ClientConfiguration(clock: clock)
        async let call = failure { () throws(APIError) in
            try await Probe(transport, source: Stubborn(told: told), configuration: configuration).create()
        }
        await told.wait()
        await clock.waitForSleepers()
        clock.advance(by: .seconds(60))
        let error = try await call
        #expect(error.kind == .unauthorized)
        #expect(error.outcome == .notProcessed)
        #expect(transport.requests.count == 1)
    }

    /// Reading a body is inside the call's time, and what can't be read by then is not lost.
    @Test func aBodyThatTakesTooLongToReadEndsTheCall() async throws {
        let (clock, reading, finish) = (TestClock(), Signal(), DispatchSemaphore(value: 0))
        let transport = MockTransport(.json(Probe.thing))
        let operation = APIOperation(
            "slow", .post, ["v1"], safety: .create,
            reads: Reading<Int>(secret: .new("token")) { _ in
                reading.set()
                _ = finish.wait(timeout: .now() + 15)
                return 1
            })
        async let call = failure { () throws(APIError) in
            try await Probe(transport, configuration: ClientConfiguration(clock: clock)).client
                .send(operation, options: .init())
        }
        await reading.wait()
        await clock.waitForSleepers()
        clock.advance(by: .seconds(30))
        let error = try await call
        finish.signal()
        #expect(error.kind == .timedOut)
        #expect(error.outcome == .processed)
        #expect(error.recoveredSecret == Probe.thing.token)
    }
}
