import APIKeys
import APIKeysTesting
import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct ClientEventTests {
    @Test func tellEveryStepAndNoSecret() async throws {
        let events = Locked([ClientEvent]())
        let echo: HTTPHeaders = ["X-Request-ID": "r-\(Probe.credential)"]
        let transport = MockTransport(
            .response(HTTPResponse(status: 503, headers: echo)), .failure(NetworkFailure(reason: .connectionLost)),
            .json(["hidden": "hidden"], headers: ["X-Request-ID": "r2"]))
        let configuration = ClientConfiguration(
            clock: TestClock(skippingSleepsUpTo: .seconds(10)), random: \.upperBound,
            onEvent: { event in events.withLock { $0.append(event) } })
        _ = try await Probe(transport, configuration: configuration).delete()
        let steps: [ClientEvent.Step] = [
            .started, .attempt(number: 1, status: 503, failure: .server),
            .retry(number: 1, delay: .milliseconds(500)),
            .attempt(number: 2, status: nil, failure: .network(NetworkFailure(reason: .connectionLost))),
            .retry(number: 2, delay: .seconds(1)), .attempt(number: 3, status: 200, failure: nil),
            .finished(attempts: 3, status: 200, failure: nil, outcome: nil),
        ]
        let seen = events.withLock { $0 }
        #expect(seen.map(\.step) == steps)
        #expect(seen.last?.duration == .milliseconds(1500))
        #expect(seen.map(\.requestID) == [nil, "r-(redacted)", "r-(redacted)", nil, nil, "r2", "r2"])
        for event in seen {
            #expect(event.pathTemplate == "/v1/things/{thing_id}")
            #expect(event.method == .delete)
            var dumped = ""
            dump(event, to: &dumped)
            for hidden in [Probe.credential, "hidden", "secret"] { #expect(!dumped.contains(hidden)) }
        }
    }

    /// One ID joins a call's events, what its middleware sees, and its error or its metadata.
    @Test func joinTheErrorAndTheMetadataOfTheirCall() async throws {
        struct Noting: Middleware {
            let ids: Locked<[UUID]>
            func intercept(
                _ request: HTTPRequest, context: MiddlewareContext, next: MiddlewareNext
            ) async throws -> HTTPResponse {
                ids.withLock { $0.append(context.callID) }
                return try await next(request)
            }
        }
        let (events, ids) = (Locked([UUID]()), Locked([UUID]()))
        let transport = MockTransport(.failing(.server), .failing(.server), .json(Probe.thing), .failing(.conflict))
        let configuration = ClientConfiguration(
            retry: RetryPolicy(maxRetries: 1), middleware: [Noting(ids: ids)],
            clock: TestClock(skippingSleepsUpTo: .seconds(10)),
            onEvent: { event in events.withLock { $0.append(event.callID) } })
        let probe = Probe(transport, configuration: configuration)
        let failed = try await failure { () throws(APIError) in try await probe.read() }
        let (_, response) = try await withResponseMetadata { () async throws(APIError) in try await probe.read() }
        let refused = try await failure { () throws(APIError) in try await probe.create() }
        let called = [failed.callID, response?.callID, refused.callID].compactMap { $0 }
        #expect(Set(called).count == 3)
        #expect(ids.withLock { $0 } == [called[0], called[0], called[1], called[2]])
        #expect(Set(events.withLock { $0 }) == Set(called))
    }

    /// Without an event handler or a middleware too, and if nothing was sent.
    @Test func everyErrorHasTheIDOfItsCall() async throws {
        for answer in [MockTransport.Answer.failing(.conflict), .failure(NetworkFailure(reason: .connectionLost))] {
            let error = try await failure { () throws(APIError) in try await Probe(MockTransport(answer)).create() }
            let id = try #require(error.callID)
            var dumped = ""
            dump(error, to: &dumped)
            #expect(dumped.contains(id.uuidString))
        }
        let invalid = try await failure { () throws(APIError) in
            try await Probe(MockTransport()).create(options: RequestOptions(timeout: .zero))
        }
        #expect(invalid.callID != nil)
    }

    @Test func tellOfAFailure() async throws {
        let events = Locked([ClientEvent]())
        let configuration = ClientConfiguration(onEvent: { event in events.withLock { $0.append(event) } })
        let transport = MockTransport(.response(HTTPResponse(status: 500)))
        _ = try await failure { () throws(APIError) in
            try await Probe(transport, configuration: configuration).create()
        }
        let last = events.withLock { $0.last?.step }
        #expect(last == .finished(attempts: 1, status: 500, failure: .server, outcome: .unknown))
    }

    /// What a server writes may repeat what must not be logged.
    @Test func doNotHoldWhatTheServerWrote() async throws {
        let events = Locked([ClientEvent]())
        let configuration = ClientConfiguration(onEvent: { event in events.withLock { $0.append(event) } })
        let body = #"{"detail":[{"loc":["body","label"],"msg":"echo","type":"echo","input":"echo"}]}"#
        let transport = MockTransport(.response(HTTPResponse(status: 422, body: Data(body.utf8))))
        let error = try await failure { () throws(APIError) in
            try await Probe(transport, configuration: configuration).create()
        }
        guard case .validation(let validation) = error.kind else {
            Issue.record("\(error)")
            return
        }
        #expect(validation.detail.count == 1)
        let kind = APIError.Kind.validation(HTTPValidationError(detail: []))
        #expect(
            events.withLock { $0.map(\.step) } == [
                .started, .attempt(number: 1, status: 422, failure: kind),
                .finished(attempts: 1, status: 422, failure: kind, outcome: .notProcessed),
            ])
        for event in events.withLock({ $0 }) { #expect(!String(reflecting: event).contains("echo")) }
        let last = events.withLock { $0.last.map { "\($0.step)" } }
        #expect(last == "failed: 422 validation after 1 attempt, not processed")
    }
}
