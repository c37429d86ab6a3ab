import APIKeys
import APIKeysTesting
import Foundation
import Testing
import TestSupport

/// What an attempt sends and what it knows, whatever a middleware or a transport does.
@Suite(.timeLimit(.minutes(5))) struct AttemptTests {
    /// Waits without heeding cancellation and calls `next` all the same.
    private struct Late: Middleware {
        let released: Signal
        let refusal: Locked<(any Error)?>

        func intercept(
            _ request: HTTPRequest, context: MiddlewareContext, next: MiddlewareNext
        ) async throws -> HTTPResponse {
            await released.wait()
            do { return try await next(request) } catch {
                refusal.withLock { $0 = error }
                throw error
            }
        }
    }

    @Test(arguments: Safety.allCases)
    func anAttemptThatWasGivenUpSendsNothingMore(_ safety: Safety) async throws {
        let (clock, released, refusal) = (TestClock(), Signal(), Locked<(any Error)?>(nil))
        let transport = MockTransport { _ in HTTPResponse(status: 200) }
        let configuration = ClientConfiguration(
            retry: .never, middleware: [Late(released: released, refusal: refusal)], clock: clock)
        async let call = failure { () throws(APIError) in
            try await Probe(transport, configuration: configuration).call(safety)
        }
        await clock.waitForSleepers()
        clock.advance(by: .seconds(30))
        let error = try await call
        #expect(error.kind == .timedOut)
        #expect(error.outcome == .notProcessed)
        released.set()
        while refusal.withLock({ $0 }) == nil, transport.requests.isEmpty, !Task.isCancelled { await Task.yield() }
        #expect(refusal.withLock { "\($0 as Any)" }.contains("nothing was sent"))
        #expect(transport.requests.isEmpty)
    }

    /// Changes what came back, or what is sent.
    private struct Meddling: Middleware {
        enum Way: CaseIterable {
            case replaces, empties, repeats, repeatsAndHides
        }
        let way: Way

        func intercept(
            _ request: HTTPRequest, context: MiddlewareContext, next: MiddlewareNext
        ) async throws -> HTTPResponse {
            let response = try await next(request)
            switch way {
            case .replaces: return HTTPResponse(status: 500)
            case .empties: return HTTPResponse(status: response.status)
            case .repeats: return try await next(request)
            case .repeatsAndHides: return (try? await next(request)) ?? HTTPResponse(status: 409)
            }
        }
    }

    @Test(arguments: Meddling.Way.allCases)
    private func noMiddlewareLosesASecret(_ way: Meddling.Way) async throws {
        let transport = MockTransport(
            .json(Probe.thing, status: 201), .failing(.conflict), .failing(.conflict), .failing(.conflict))
        let configuration = ClientConfiguration(
            middleware: [Meddling(way: way)], clock: TestClock(skippingSleepsUpTo: .seconds(10)))
        let error = try await failure { () throws(APIError) in
            try await Probe(transport, configuration: configuration).create()
        }
        #expect(error.outcome == .processed)
        #expect(error.recoveredSecret == Probe.thing.token)
        #expect(error.responseBody.map { String(decoding: $0, as: UTF8.self) } == #"{"id":7,"token":"tok_new"}"#)
        #expect(transport.requests.count == 1)
    }

    /// Repeats a request that failed.
    private struct Repeating: Middleware {
        func intercept(
            _ request: HTTPRequest, context: MiddlewareContext, next: MiddlewareNext
        ) async throws -> HTTPResponse {
            do { return try await next(request) } catch { return try await next(request) }
        }
    }

    /// Once it may have been processed, a create is not sent again in the same attempt; other calls may be.
    @Test(arguments: Safety.allCases)
    func aCreateWithoutAnAnswerIsNotSentAgain(_ safety: Safety) async throws {
        let transport = MockTransport(.failure(NetworkFailure(reason: .connectionLost)), .failing(.forbidden))
        let configuration = ClientConfiguration(retry: .never, middleware: [Repeating()])
        let error = try await failure { () throws(APIError) in
            try await Probe(transport, configuration: configuration).call(safety)
        }
        #expect(error.kind == (safety == .create ? .network(NetworkFailure(reason: .connectionLost)) : .forbidden))
        #expect(error.outcome == .unknown)
        #expect(transport.requests.count == (safety == .create ? 1 : 2))
    }

    @Test func aCreateThatWasRefusedMayBeSentAgain() async throws {
        let transport = MockTransport(.failure(NetworkFailure(reason: .connectionRefused)), .json(Probe.thing))
        let configuration = ClientConfiguration(retry: .never, middleware: [Repeating()])
        #expect(try await Probe(transport, configuration: configuration).create() == Probe.thing)
        #expect(transport.requests.count == 2)
    }

    /// A credential that is renewed after a 401 does not forget what an earlier request may have done.
    @Test func theOutcomeOutlivesARenewedCredential() async throws {
        let source = Vault("token 1", "token 2")
        let transport = MockTransport(
            .failure(NetworkFailure(reason: .connectionLost)), .failing(.unauthorized), .failing(.forbidden))
        let configuration = ClientConfiguration(middleware: [Repeating()])
        let error = try await failure { () throws(APIError) in
            try await Probe(transport, source: source, configuration: configuration).delete()
        }
        #expect(error.kind == .forbidden)
        #expect(error.outcome == .unknown)
        #expect(transport.requests.count == 3)
    }

    /// What another library says in Foundation's words proves nothing.
    @Test(arguments: [URLError.Code.cannotConnectToHost, .cannotFindHost])
    func aForeignURLErrorIsNoProof(_ code: URLError.Code) async throws {
        let transport = MockTransport { _ in throw URLError(code) }
        let error = try await failure { () throws(APIError) in try await Probe(transport).create() }
        #expect(error.kind == .network(NetworkFailure(reason: .other)))
        #expect(error.outcome == .unknown)
        #expect((error.underlying as? URLError)?.code == code)
        #expect(transport.requests.count == 1)
    }

    /// A connection or a handshake that was too slow: the transport knows.
    @Test func aTransportsProofLetsACreateBeRepeated() async throws {
        let transport = MockTransport(
            .failure(NetworkFailure(reason: .timedOut, nothingWasSent: true)),
            .failure(NetworkFailure(reason: .other, nothingWasSent: true)), .json(Probe.thing))
        let configuration = ClientConfiguration(clock: TestClock(skippingSleepsUpTo: .seconds(10)))
        #expect(try await Probe(transport, configuration: configuration).create() == Probe.thing)
        #expect(transport.requests.count == 3)
    }

    @Test func aRefusedCertificateIsNotTriedAgainByACreate() async throws {
        let refused = NetworkFailure(reason: .secureConnectionFailed, nothingWasSent: true)
        let transport = MockTransport(.failure(refused), .json(Probe.thing))
        let error = try await failure { () throws(APIError) in try await Probe(transport).create() }
        #expect(error.kind == .network(refused))
        #expect(error.outcome == .notProcessed)
        #expect(transport.requests.count == 1)
    }

    /// Puts a 401 in place of an answer that was lost.
    private struct Pretending: Middleware {
        func intercept(
            _ request: HTTPRequest, context: MiddlewareContext, next: MiddlewareNext
        ) async throws -> HTTPResponse {
            do { return try await next(request) } catch { return HTTPResponse(status: 401) }
        }
    }

    /// A 401 that says nothing of what the request may have done lets no create be repeated.
    @Test func aCreateWithoutAnAnswerIsNotRepeatedWithANewCredential() async throws {
        let source = Vault("token 1", "token 2")
        let transport = MockTransport(.failure(NetworkFailure(reason: .connectionLost)), .json(Probe.thing))
        let configuration = ClientConfiguration(middleware: [Pretending()])
        let error = try await failure { () throws(APIError) in
            try await Probe(transport, source: source, configuration: configuration).create()
        }
        #expect(error.kind == .unauthorized)
        #expect(error.outcome == .unknown)
        #expect(transport.requests.count == 1)
    }
}
