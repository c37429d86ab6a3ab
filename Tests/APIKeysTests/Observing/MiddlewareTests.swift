import APIKeys
import APIKeysTesting
import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct MiddlewareTests {
    @Test func runsOncePerTryInOrder() async throws {
        let log = Log()
        let transport = MockTransport(.response(HTTPResponse(status: 503)), .json(Probe.thing))
        let configuration = ClientConfiguration(
            middleware: [Named("outer", log), Named("inner", log)], clock: TestClock(skippingSleepsUpTo: .seconds(10)))
        _ = try await Probe(transport, configuration: configuration).read()
        let expected = ["outer", "inner", "inner 503", "outer 503", "outer", "inner", "inner 200", "outer 200"]
        #expect(log.lines.map(\.text) == expected)
        #expect(log.lines.map(\.context.attempt) == [1, 1, 1, 1, 2, 2, 2, 2])
        let context = try #require(log.lines.first?.context)
        #expect(context.provider == "Probe")
        #expect(context.operation == "read")
        #expect(context.pathTemplate == "/v1/things/{thing_id}")
        #expect(context.remainingTime == .seconds(60))
        #expect(transport.requests.allSatisfy { $0.headers["X-Trace"] == "inner" })
    }

    @Test func canAnswerByItselfAndChangeTheResponse() async throws {
        struct Answering: Middleware {
            func intercept(
                _ request: HTTPRequest, context: MiddlewareContext,
                next: MiddlewareNext
            ) async throws -> HTTPResponse {
                HTTPResponse(status: 200, body: Data(#"{"id":7,"token":"tok_new"}"#.utf8))
            }
        }
        let transport = MockTransport()
        let thing = try await Probe(transport, configuration: ClientConfiguration(middleware: [Answering()])).create()
        #expect(thing == Probe.thing)
        #expect(transport.requests.isEmpty)
    }

    @Test func whatItThrowsBeforeSendingIsNeverRetried() async throws {
        let transport = MockTransport(.json(Probe.thing))
        let configuration = ClientConfiguration(middleware: [Throwing(isAfter: false)])
        let error = try await failure { () throws(APIError) in
            try await Probe(transport, configuration: configuration).read()
        }
        #expect(error.kind == .middleware)
        #expect(error.outcome == .notProcessed)
        #expect(error.underlying is Throwing.Problem)
        #expect(transport.requests.isEmpty)
        #expect(error.attempts == 1)
    }

    @Test func whatItThrowsAfterACreateLosesNoSecret() async throws {
        let transport = MockTransport(.json(Probe.thing, status: 201))
        let configuration = ClientConfiguration(middleware: [Throwing(isAfter: true)])
        let error = try await failure { () throws(APIError) in
            try await Probe(transport, configuration: configuration).create()
        }
        #expect(error.kind == .middleware)
        #expect(error.outcome == .processed)
        #expect(error.status == 201)
        #expect(error.recoveredSecret == Secret("tok_new"))
        #expect(transport.requests.count == 1)
    }

    @Test func aTransportsErrorPassesThrough() async throws {
        let log = Log()
        let transport = MockTransport(.failure(NetworkFailure(reason: .connectionRefused)), .json(Probe.thing))
        let configuration = ClientConfiguration(
            middleware: [Named("m", log)], clock: TestClock(skippingSleepsUpTo: .seconds(10)))
        #expect(try await Probe(transport, configuration: configuration).create() == Probe.thing)
    }

    /// A middleware may try to send a request twice, or hide what came of it: a create is sent once all the same.
    @Test(arguments: [true, false])
    func whatItHidesStillCounts(_ sendsTwice: Bool) async throws {
        struct Hiding: Middleware {
            let sendsTwice: Bool
            func intercept(
                _ request: HTTPRequest, context: MiddlewareContext,
                next: MiddlewareNext
            ) async throws -> HTTPResponse {
                do { return try await next(request) } catch {
                    return sendsTwice ? try await next(request) : HTTPResponse(status: 429)
                }
            }
        }
        let transport = MockTransport(
            .failure(NetworkFailure(reason: .connectionLost)), .failure(NetworkFailure(reason: .connectionRefused)))
        let configuration = ClientConfiguration(
            middleware: [Hiding(sendsTwice: sendsTwice)], clock: TestClock(skippingSleepsUpTo: .seconds(10)))
        let error = try await failure { () throws(APIError) in
            try await Probe(transport, configuration: configuration).create()
        }
        #expect(error.outcome == .unknown)
        #expect(error.attempts == 1)
        #expect(transport.requests.count == 1)
    }

    @Test func whatItThrowsAfterARefusalIsNeverRetried() async throws {
        let transport = MockTransport(.response(HTTPResponse(status: 429)), .json(Probe.thing))
        let configuration = ClientConfiguration(
            middleware: [Throwing(isAfter: true)], clock: TestClock(skippingSleepsUpTo: .seconds(10)))
        let error = try await failure { () throws(APIError) in
            try await Probe(transport, configuration: configuration).read()
        }
        #expect(error.kind == .middleware)
        #expect(error.underlying is Throwing.Problem)
        #expect(transport.requests.count == 1)
    }

    @Test func aHeaderThatMayNotBeSentIsRefused() async throws {
        struct Bad: Middleware {
            func intercept(
                _ request: HTTPRequest, context: MiddlewareContext,
                next: MiddlewareNext
            ) async throws -> HTTPResponse {
                var request = request
                request.headers["X-Bad"] = "a\r\nX-Key: hidden"
                return try await next(request)
            }
        }
        let transport = MockTransport()
        let error = try await failure { () throws(APIError) in
            try await Probe(transport, configuration: ClientConfiguration(middleware: [Bad()])).create()
        }
        #expect(error.kind == .invalidRequest("the value of the header X-Bad holds a line break"))
        #expect(error.outcome == .notProcessed)
        #expect(transport.requests.isEmpty)
    }
}

private final class Log: Sendable {
    private let state = Locked([(text: String, context: MiddlewareContext)]())
    var lines: [(text: String, context: MiddlewareContext)] { state.withLock { $0 } }
    func add(_ text: String, _ context: MiddlewareContext) { state.withLock { $0.append((text, context)) } }
}

private struct Named: Middleware {
    let name: String
    let log: Log

    init(_ name: String, _ log: Log) {
        self.name = name
        self.log = log
    }

    func intercept(
        _ request: HTTPRequest, context: MiddlewareContext,
        next: MiddlewareNext
    ) async throws -> HTTPResponse {
        log.add(name, context)
        var request = request
        request.headers["X-Trace"] = name
        let response = try await next(request)
        log.add("\(name) \(response.status)", context)
        return response
    }
}

private struct Throwing: Middleware {
    struct Problem: Error {}
    let isAfter: Bool

    func intercept(
        _ request: HTTPRequest, context: MiddlewareContext,
        next: MiddlewareNext
    ) async throws -> HTTPResponse {
        if isAfter { _ = try await next(request) }
        throw Problem()
    }
}
