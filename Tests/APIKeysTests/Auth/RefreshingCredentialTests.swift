import APIKeys
import APIKeysTesting
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct RefreshingCredentialTests {
    /// Hands out `token 1`, `token 2` and so on, each good for as long as it is told.
    private final class Issuer: Sendable {
        private let state = Locked((count: 0, failure: (any Error)?.none))
        let lifetime: Duration?

        init(lifetime: Duration? = .seconds(600)) {
            self.lifetime = lifetime
        }

        var count: Int { state.withLock { $0.count } }

        func fail(with error: (any Error)?) { state.withLock { $0.failure = error } }

        func issue() throws -> ExpiringCredential {
            let count = try state.withLock { state in
                state.count += 1
                if let failure = state.failure { throw failure }
                return state.count
            }
            return ExpiringCredential(Secret("token \(count)"), lifetime: lifetime)
        }
    }

    private struct Problem: Error {}

    @Test func isKeptUntilShortlyBeforeItsExpiry() async throws {
        let (clock, issuer) = (TestClock(), Issuer())
        let source = RefreshingCredential(clock: clock) { try issuer.issue() }
        #expect(try await source.credential().reveal() == "token 1")
        clock.advance(by: .seconds(539))
        #expect(try await source.credential().reveal() == "token 1")
        clock.advance(by: .seconds(1))
        #expect(try await source.credential().reveal() == "token 2")
        #expect(issuer.count == 2)
    }

    @Test func aShortLifetimeIsUsedByHalf() async throws {
        let (clock, issuer) = (TestClock(), Issuer(lifetime: .seconds(10)))
        let source = RefreshingCredential(clock: clock) { try issuer.issue() }
        _ = try await source.credential()
        clock.advance(by: .seconds(4))
        #expect(try await source.credential().reveal() == "token 1")
        clock.advance(by: .seconds(1))
        #expect(try await source.credential().reveal() == "token 2")
    }

    @Test(arguments: [nil, Duration.seconds(Int64.max)])
    func aLifetimeThatIsNotKnownOrEndlessDoesNotEnd(_ lifetime: Duration?) async throws {
        let (clock, issuer) = (TestClock(), Issuer(lifetime: lifetime))
        let source = RefreshingCredential(clock: clock) { try issuer.issue() }
        _ = try await source.credential()
        clock.advance(by: .seconds(86_400 * 300))
        #expect(try await source.credential().reveal() == "token 1")
    }

    @Test func callersShareOneFetch() async throws {
        let (started, release) = (Signal(), Signal())
        let issuer = Issuer()
        let source = RefreshingCredential {
            started.set()
            await release.wait()
            return try issuer.issue()
        }
        let tokens = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<50 { group.addTask { try await source.credential().reveal() } }
            await started.wait()
            release.set()
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(tokens == ["token 1"])
        #expect(issuer.count == 1)
    }

    @Test func oneCallersCancellationIsItsOwn() async throws {
        let (started, release) = (Signal(), Signal())
        let issuer = Issuer()
        let source = RefreshingCredential {
            started.set()
            await release.wait()
            return try issuer.issue()
        }
        let first = Task { try await source.credential() }
        await started.wait()
        let second = Task { try await source.credential() }
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        release.set()
        #expect(try await second.value.reveal() == "token 1")
        #expect(issuer.count == 1)
        let cancelled = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await source.credential()
        }
        await #expect(throws: CancellationError.self) { try await cancelled.value }
    }

    @Test func aFailedFetchLeavesAGoodCredentialInUse() async throws {
        let (clock, issuer) = (TestClock(), Issuer())
        let source = RefreshingCredential(clock: clock) { try issuer.issue() }
        _ = try await source.credential()
        issuer.fail(with: Problem())
        clock.advance(by: .seconds(599))
        #expect(try await source.credential().reveal() == "token 1")
        clock.advance(by: .seconds(1))
        await #expect(throws: Problem.self) { try await source.credential() }
        issuer.fail(with: nil)
        #expect(try await source.credential().reveal() == "token 4")
    }

    @Test func aFetchThatNeverEndsFails() async throws {
        let (clock, issuer, asked) = (TestClock(), Issuer(), Signal())
        let isHanging = Locked(false)
        let source = RefreshingCredential(clock: clock) {
            if isHanging.withLock({ $0 }) {
                asked.set()
                try await hang()
            }
            return try issuer.issue()
        }
        _ = try await source.credential()
        isHanging.withLock { $0 = true }
        clock.advance(by: .seconds(545))
        async let kept = source.credential()
        await asked.wait()
        await clock.waitForSleepers()
        clock.advance(by: .seconds(30))
        #expect(try await kept.reveal() == "token 1")
    }

    /// A token that comes with the end of its fetch's time is a token all the same.
    @Test func aTokenThatArrivesLateIsUsed() async throws {
        let (clock, asked) = (TestClock(), Signal())
        let source = RefreshingCredential(clock: clock) {
            asked.set()
            try? await hang()
            return ExpiringCredential(Secret("late"), lifetime: nil)
        }
        let token = try await CallClock.$lastMoment.withValue(.seconds(15)) {
            let call = Task { try await source.credential() }
            await asked.wait()
            await clock.waitForSleepers()
            clock.advance(by: .seconds(30))
            return try await call.value
        }
        #expect(token == Secret("late"))
    }

    @Test func aRefusedCredentialIsNotHandedOutAgain() async throws {
        let issuer = Issuer()
        let source = RefreshingCredential { try issuer.issue() }
        let first = try await source.credential()
        source.invalidate(Secret("some other"))
        #expect(try await source.credential() == first)
        source.invalidate(first)
        #expect(try await source.credential().reveal() == "token 2")
    }

    @Test(arguments: Safety.allCases)
    func a401RepeatsTheCallOnceWithANewOne(_ safety: Safety) async throws {
        let issuer = Issuer()
        let source = RefreshingCredential { try issuer.issue() }
        let transport = MockTransport(.response(HTTPResponse(status: 401)), .json(Probe.thing))
        try await Probe(transport, source: source).call(safety)
        #expect(transport.requests.map { $0.headers["Authorization"] } == ["Bearer token 1", "Bearer token 2"])

        let refusing = MockTransport { _ in HTTPResponse(status: 401) }
        let error = try await failure { () throws(APIError) in
            try await Probe(refusing, source: source).call(safety)
        }
        #expect(error.kind == .unauthorized)
        #expect(refusing.requests.map { $0.headers["Authorization"] } == ["Bearer token 2", "Bearer token 3"])
        #expect(error.attempts == 2)
        #expect(try await source.credential().reveal() == "token 4")
    }

    /// The server has processed nothing: no policy forbids the one repeat.
    @Test(arguments: Safety.allCases, [RetryPolicy.never, RetryPolicy(maxRetries: -1), .default])
    func a401IsRepeatedOnceWhateverThePolicy(_ safety: Safety, _ policy: RetryPolicy) async throws {
        let issuer = Issuer()
        let source = RefreshingCredential { try issuer.issue() }
        let transport = MockTransport(.response(HTTPResponse(status: 401)), .json(Probe.thing))
        let configuration = ClientConfiguration(retry: policy)
        try await Probe(transport, source: source, configuration: configuration).call(safety)
        #expect(transport.requests.map { $0.headers["Authorization"] } == ["Bearer token 1", "Bearer token 2"])

        let refusing = MockTransport { request in
            HTTPResponse(status: 401, headers: ["x-request-id": request.headers["Authorization"] ?? ""])
        }
        let error = try await failure { () throws(APIError) in
            try await Probe(refusing, source: source).call(safety, options: RequestOptions(retry: policy))
        }
        #expect(refusing.requests.map { $0.headers["Authorization"] } == ["Bearer token 2", "Bearer token 3"])
        #expect(error.kind == .unauthorized)
        #expect(error.outcome == .notProcessed)
        #expect(error.headers["x-request-id"] == "Bearer token 3")
    }

    /// What failed before the 401 counts, what the renewed credential meets does too, and there is one renewal.
    @Test func aRenewalIsNoRetry() async throws {
        let issuer = Issuer()
        let source = RefreshingCredential { try issuer.issue() }
        let transport = MockTransport(
            .failing(.rateLimited), .failing(.unauthorized), .failing(.rateLimited), .failing(.unauthorized))
        let configuration = ClientConfiguration(clock: TestClock(skippingSleepsUpTo: .seconds(10)))
        let error = try await failure { () throws(APIError) in
            try await Probe(transport, source: source, configuration: configuration).create()
        }
        #expect(error.kind == .unauthorized)
        #expect(error.attempts == 4)
        #expect(
            transport.requests.map { $0.headers["Authorization"] ?? "" }
                == ["Bearer token 1", "Bearer token 1", "Bearer token 2", "Bearer token 2"])
    }

    @Test func a401IsNotRepeatedWithTheSameOne() async throws {
        let refusing = MockTransport { _ in HTTPResponse(status: 401) }
        _ = try await failure { () throws(APIError) in try await Probe(refusing).create() }
        #expect(refusing.requests.count == 1)
        let source = RefreshingCredential { ExpiringCredential(Secret("always this"), lifetime: nil) }
        let error = try await failure { () throws(APIError) in try await Probe(refusing, source: source).create() }
        #expect(error.kind == .unauthorized)
        #expect(refusing.requests.count == 2)
    }

    @Test func whatTheFetchThrowsIsTheCallsError() async throws {
        let transport = MockTransport()
        let source = RefreshingCredential { throw Problem() }
        let error = try await failure { () throws(APIError) in try await Probe(transport, source: source).create() }
        #expect(error.kind == .credential)
        #expect(error.outcome == .notProcessed)
        #expect(error.underlying is Problem)
        #expect(transport.requests.isEmpty)
    }
}
