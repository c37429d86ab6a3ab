import APIKeys
import APIKeysTesting
import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct CancellationTests {
    @Test func beforeSending() async throws {
        let transport = MockTransport()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await failure { () throws(APIError) in try await Probe(transport).create() }
        }
        let error = try await task.value
        #expect(error.kind == .cancelled)
        #expect(error.outcome == .notProcessed)
        #expect(transport.requests.isEmpty)
    }

    @Test(arguments: Safety.allCases)
    func whileWaiting(_ safety: Safety) async throws {
        let sent = Signal()
        let transport = MockTransport { _ in
            sent.set()
            try await hang()
            return HTTPResponse(status: 200)
        }
        let task = Task { try await failure { () throws(APIError) in try await Probe(transport).call(safety) } }
        await sent.wait()
        task.cancel()
        let error = try await task.value
        #expect(error.kind == .cancelled)
        #expect(error.outcome == .unknown)
        #expect(transport.requests.count == 1)
    }

    @Test func whileSleeping() async throws {
        let clock = TestClock()
        let transport = MockTransport(.response(HTTPResponse(status: 503)))
        let task = Task {
            try await failure { () throws(APIError) in
                try await Probe(transport, configuration: ClientConfiguration(clock: clock)).read()
            }
        }
        while transport.requests.isEmpty { await clock.waitForSleepers() }
        task.cancel()
        let error = try await task.value
        #expect(error.kind == .cancelled)
        #expect(error.outcome == .unknown)
        #expect(transport.requests.count == 1)
    }

    @Test func whileWaitingForACredential() async throws {
        struct Slow: CredentialSource {
            let asked: Signal
            func credential() async throws -> Secret {
                asked.set()
                try await hang()
                return Secret("")
            }
            func invalidate(_ rejected: Secret) async {}
        }
        let asked = Signal()
        let task = Task {
            try await failure { () throws(APIError) in
                try await Probe(MockTransport(), source: Slow(asked: asked)).create()
            }
        }
        await asked.wait()
        task.cancel()
        let error = try await task.value
        #expect(error.kind == .cancelled)
        #expect(error.outcome == .notProcessed)
    }

    @Test func aTransportThatIgnoresItIsAbandoned() async throws {
        let transport = StubbornTransport()
        let sent = Signal()
        let relay = MockTransport { request in
            sent.set()
            return try await transport.send(request)
        }
        let task = Task { try await failure { () throws(APIError) in try await Probe(relay).create() } }
        await sent.wait()
        let start = ContinuousClock.now
        task.cancel()
        let error = try await task.value
        #expect(ContinuousClock.now - start < .seconds(60))
        #expect(error.kind == .cancelled)
        #expect(error.outcome == .unknown)
        transport.release(HTTPResponse(status: 200))
    }

    /// Over the real transport: while the server is silent, and in the middle of the body.
    @Test(arguments: [("", APIError.Outcome.unknown), ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", .processed)])
    func onTheWire(_ beginning: String, _ outcome: APIError.Outcome) async throws {
        let arrived = Signal()
        let peer = try LoopbackPeer { connection, _ in
            connection.readRequest()
            connection.send(beginning)
            connection.waitUntilReceived()
            arrived.set()
            connection.hold()
        }
        let configuration = ClientConfiguration(baseURL: peer.url())
        let task = Task {
            try await failure { () throws(APIError) in
                try await Probe(URLSessionTransport.shared, configuration: configuration).create()
            }
        }
        await arrived.wait()
        // What the peer's system has acknowledged still has to pass through URLSession's queues.
        try await Task.sleep(for: .milliseconds(beginning.isEmpty ? 0 : 100))
        let start = ContinuousClock.now
        task.cancel()
        let error = try await task.value
        #expect(ContinuousClock.now - start < .seconds(60))
        #expect(error.kind == .cancelled)
        #expect(error.outcome == outcome)
        #expect(peer.requests.count == 1)
    }
}
