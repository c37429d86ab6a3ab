import APIKeys
import APIKeysTesting
import Foundation
import Testing
import TestSupport

/// A create that is cancelled on the wire waits for its answer: it holds a secret.
@Suite(.timeLimit(.minutes(5))) struct AnswerGraceTests {
    /// Creates a thing, and answers a moment later unless it is cancelled.
    private struct Server: HTTPTransport {
        let created: Locked<Set<String>>
        let reached = Signal()

        func send(_ request: HTTPRequest) async throws -> HTTPResponse {
            let token = "tok_\(UUID())"
            created.withLock { _ = $0.insert(token) }
            reached.set()
            try await Task.sleep(for: .microseconds(Int.random(in: 0...2000)))
            return HTTPResponse(status: 201, body: Data(#"{"id":7,"token":"\#(token)"}"#.utf8))
        }
    }

    /// Cancelled around the arrival of its answer, of which 171 of 507 once lost a secret.
    @Test func of500CancelledCreatesNoSecretIsLost() async throws {
        let created = Locked(Set<String>())
        let secrets = await withTaskGroup(of: Secret?.self) { group in
            for _ in 0..<500 {
                group.addTask {
                    let server = Server(created: created)
                    let probe = Probe(server, configuration: ClientConfiguration(answerGrace: .seconds(60)))
                    let call = Task { () throws(APIError) in try await probe.create() }
                    await server.reached.wait()
                    try? await Task.sleep(for: .microseconds(Int.random(in: 0...2000)))
                    call.cancel()
                    switch await call.result {
                    case .success(let thing): return thing.token
                    case .failure(let error): return (error as? APIError)?.recoveredSecret
                    }
                }
            }
            return await group.reduce(into: Set<String>()) { secrets, secret in
                if let secret { secrets.insert(secret.reveal()) }
            }
        }
        #expect(secrets.count == 500)
        #expect(secrets == created.withLock { $0 })
    }

    /// Answers when it is told to, and notes when it is cancelled.
    private struct Waiting: HTTPTransport {
        let reached = Signal()
        let released = Signal()
        let cancelled = Signal()

        func send(_ request: HTTPRequest) async throws -> HTTPResponse {
            reached.set()
            await withTaskCancellationHandler {
                await released.wait()
            } onCancel: {
                cancelled.set()
                released.set()
            }
            try Task.checkCancellation()
            return HTTPResponse(status: 200, body: Data(#"{"id":7,"token":"tok_new"}"#.utf8))
        }
    }

    @Test func theAnswerIsTheCallsValue() async throws {
        let transport = Waiting()
        let configuration = ClientConfiguration(answerGrace: .seconds(30))
        let call = Task { () throws(APIError) in try await Probe(transport, configuration: configuration).create() }
        await transport.reached.wait()
        call.cancel()
        transport.released.set()
        #expect(try await call.value == Probe.thing)
    }

    @Test func theGraceEndsWithTheDeadline() async throws {
        let (transport, clock) = (Waiting(), TestClock())
        let configuration = ClientConfiguration(answerGrace: .seconds(3600), clock: clock)
        let call = Task {
            try await failure { () throws(APIError) in
                try await Probe(transport, configuration: configuration).create()
            }
        }
        await transport.reached.wait()
        await clock.waitForSleepers()
        call.cancel()
        clock.advance(by: .seconds(30))
        let error = try await call.value
        #expect(error.kind == .cancelled)
        #expect(error.outcome == .unknown)
        await transport.cancelled.wait()
    }

    @Test(arguments: [(Safety.create, Duration.zero), (.read, .seconds(3600)), (.idempotent, .seconds(3600))])
    func everythingElseEndsAtOnce(_ safety: Safety, _ grace: Duration) async throws {
        let transport = Waiting()
        let configuration = ClientConfiguration(
            timeout: .seconds(7200), attemptTimeout: .seconds(7200), answerGrace: grace)
        let call = Task {
            try await failure { () throws(APIError) in
                try await Probe(transport, configuration: configuration).call(safety)
            }
        }
        await transport.reached.wait()
        call.cancel()
        let error = try await call.value
        #expect(error.kind == .cancelled)
        #expect(error.outcome == .unknown)
        await transport.cancelled.wait()
    }

    /// A create that is not on the wire yet is never sent after its cancellation.
    @Test func aCreateThatIsNotOnTheWireEndsAtOnce() async throws {
        struct Slow: Middleware {
            let reached: Signal
            func intercept(
                _ request: HTTPRequest, context: MiddlewareContext, next: MiddlewareNext
            ) async throws -> HTTPResponse {
                reached.set()
                try? await hang()
                return try await next(request)
            }
        }
        let (reached, transport) = (Signal(), MockTransport(.json(Probe.thing)))
        let configuration = ClientConfiguration(middleware: [Slow(reached: reached)], answerGrace: .seconds(3600))
        let call = Task {
            try await failure { () throws(APIError) in
                try await Probe(transport, configuration: configuration).create()
            }
        }
        await reached.wait()
        call.cancel()
        let error = try await call.value
        #expect(error.kind == .cancelled)
        #expect(error.outcome == .notProcessed)
        #expect(transport.requests.isEmpty)
    }
}
