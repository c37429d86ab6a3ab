import APIKeys
import APIKeysTesting
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct RefreshingCredentialTests {
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

    /// Asks until a fetch that goes on beside the calls has brought another credential. Ends with the suite's time.
    private func next(after old: String, from source: RefreshingCredential) async throws -> String {
        while true {
            let token = try await source.credential().reveal()
            if token != old { return token }
            try await Task.sleep(for: .milliseconds(1))
        }
    }

    @Test func isFetchedAnewShortlyBeforeItsExpiry() async throws {
        let (clock, issuer) = (TestClock(), Issuer())
        let source = RefreshingCredential(clock: clock) { try issuer.issue() }
        #expect(try await source.credential().reveal() == "token 1")
        clock.advance(by: .milliseconds(539_999))
        for _ in 0..<50 { #expect(try await source.credential().reveal() == "token 1") }
        #expect(issuer.count == 1)
        clock.advance(by: .milliseconds(1))
        #expect(try await next(after: "token 1", from: source) == "token 2")
        #expect(issuer.count == 2)
    }

    @Test func aShortLifetimeIsUsedByHalf() async throws {
        let (clock, issuer) = (TestClock(), Issuer(lifetime: .seconds(10)))
        let source = RefreshingCredential(clock: clock) { try issuer.issue() }
        _ = try await source.credential()
        clock.advance(by: .milliseconds(4999))
        for _ in 0..<50 { #expect(try await source.credential().reveal() == "token 1") }
        #expect(issuer.count == 1)
        clock.advance(by: .milliseconds(1))
        #expect(try await next(after: "token 1", from: source) == "token 2")
    }

    /// What is good is used at once, however long the next one takes; what has expired or was refused is waited for.
    @Test(arguments: [true, false])
    func nobodyWaitsWhileThereIsAGoodOne(_ isRefused: Bool) async throws {
        let (clock, issuer, asked, release) = (TestClock(), Issuer(), Signal(), Signal())
        let source = RefreshingCredential(timeout: .seconds(300), clock: clock) {
            let token = try issuer.issue()
            if token.secret.reveal() == "token 2" {
                asked.set()
                await release.wait()
            }
            return token
        }
        let transport = MockTransport { _ in .json(#"{"id":7,"token":"tok_new"}"#) }
        let probe = Probe(transport, source: source, configuration: ClientConfiguration(clock: clock))
        _ = try await probe.create()
        clock.advance(by: .seconds(545))
        for _ in 0..<3 { _ = try await probe.create() }
        await asked.wait()
        _ = try await probe.create(options: RequestOptions(timeout: .seconds(10)))
        #expect(Set(transport.requests.map { $0.headers["Authorization"] }) == ["Bearer token 1"])

        if isRefused { source.invalidate(Secret("token 1")) } else { clock.advance(by: .seconds(55)) }
        let waiting = Task { try await source.credential() }
        try await Task.sleep(for: .milliseconds(20))
        release.set()
        #expect(try await waiting.value.reveal() == "token 2")
        #expect(issuer.count == 2)
    }

    /// An endpoint that is down is asked once a second, and not by every call.
    @Test func aFetchThatFailedIsRepeatedAfterAPause() async throws {
        let (clock, issuer) = (TestClock(), Issuer())
        let source = RefreshingCredential(clock: clock) { try issuer.issue() }
        _ = try await source.credential()
        issuer.fail(with: Problem())
        clock.advance(by: .seconds(540))
        for count in 2...4 {
            while issuer.count < count {
                _ = try await source.credential()
                try await Task.sleep(for: .milliseconds(1))
            }
            try await Task.sleep(for: .milliseconds(20))
            for _ in 0..<50 { #expect(try await source.credential().reveal() == "token 1") }
            #expect(issuer.count == count)
            clock.advance(by: .seconds(1))
        }
        issuer.fail(with: nil)
        #expect(try await next(after: "token 1", from: source) == "token 5")
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
        while issuer.count < 2 { try await Task.sleep(for: .milliseconds(1)) }
        clock.advance(by: .seconds(1))
        await #expect(throws: Problem.self) { try await source.credential() }
        issuer.fail(with: nil)
        let expected = "token \(issuer.count + 1)"
        #expect(try await source.credential().reveal() == expected)
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
        #expect(try await source.credential().reveal() == "token 1")
        await asked.wait()
        await clock.waitForSleepers()
        clock.advance(by: .seconds(29))
        #expect(try await source.credential().reveal() == "token 1")
        source.invalidate(Secret("token 1"))
        let waiting = Task { try await source.credential() }
        try await Task.sleep(for: .milliseconds(20))
        clock.advance(by: .seconds(1))
        await #expect(throws: NetworkFailure(reason: .timedOut)) { try await waiting.value }
        isHanging.withLock { $0 = false }
        #expect(try await source.credential().reveal() == "token 2")
    }

    /// A token that comes with the end of its fetch's time is a token all the same.
    @Test func aTokenThatArrivesLateIsUsed() async throws {
        let (clock, asked) = (TestClock(lastMoment: .seconds(15)), Signal())
        let source = RefreshingCredential(clock: clock) {
            asked.set()
            try? await hang()
            return ExpiringCredential(Secret("late"), lifetime: nil)
        }
        let call = Task { try await source.credential() }
        await asked.wait()
        await clock.waitForSleepers()
        clock.advance(by: .seconds(30))
        #expect(try await call.value == Secret("late"))
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
