import APIKeys
import APIKeysSandbox
import Foundation
import TestSupport
import Testing

@testable import APIKeysCurl

@Suite(.serialized, .needsLibcurl, .timeLimit(.minutes(5))) struct CancellationTests {
    @Test func aCallThatWaitsEndsAtOnce() async throws {
        let peer = try LoopbackPeer { connection, _ in
            connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 26\r\n\r\n{\"id\":7")
            connection.hold()
        }
        let transport = try CurlTransport()
        let task = Task { try await transport.send(HTTPRequest(method: .post, url: peer.url())) }
        while peer.requests.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
        // What was sent has arrived by then.
        try await Task.sleep(for: .milliseconds(50))
        let start = ContinuousClock.now
        task.cancel()
        let failure = await #expect(throws: NetworkFailure.self) { try await task.value }
        #expect(ContinuousClock.now - start < .seconds(60))
        #expect(failure?.reason == .cancelled)
        #expect(failure?.nothingWasSent == false)
        #expect(failure?.partialResponse?.body == Data(#"{"id":7"#.utf8))
    }

    @Test func aCallThatIsCancelledBeforehandSendsNothing() async throws {
        let peer = try LoopbackPeer { connection, _ in connection.readRequest() }
        let transport = try CurlTransport()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await transport.send(HTTPRequest(method: .post, url: peer.url()))
        }
        await #expect(throws: NetworkFailure(reason: .cancelled, nothingWasSent: true)) { try await task.value }
        #expect(peer.connectionCount == 0)
    }

    /// A request that waits for a connection has not been sent.
    @Test func aCallThatWaitsForAConnectionHasSentNothing() async throws {
        let peer = try LoopbackPeer { connection, _ in
            connection.readRequest()
            connection.hold()
        }
        let transport = try CurlTransport(options: .init(maximumConnectionsPerHost: 1))
        let first = Task { try await transport.send(HTTPRequest(method: .post, url: peer.url())) }
        while peer.requests.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
        let second = Task { try await transport.send(HTTPRequest(method: .post, url: peer.url())) }
        try await Task.sleep(for: .milliseconds(20))
        second.cancel()
        await #expect(throws: NetworkFailure(reason: .cancelled, nothingWasSent: true)) { try await second.value }
        first.cancel()
        await #expect(throws: NetworkFailure(reason: .cancelled)) { try await first.value }
        #expect(peer.connectionCount == 1)
    }

    /// 10,000 calls, 64 at once, each cancelled at an instant of its own: every one ends, no request is sent twice, and
    /// none that arrived is said not to have been sent.
    @Test(arguments: [Library.Features(), .quickExit])
    func callsCancelledAtRandomInstantsAllEnd(_ missing: Library.Features) async throws {
        let counter = RequestCounter()
        let server = try LoopbackServer(counter)
        let transport = try CurlTransport(options: .init(postConnections: .kept), without: missing)
        let calls = 10_000
        let (answered, unsent) = await withTaskGroup(of: (Bool, unsent: Int?).self) { group in
            var (answered, unsent) = (0, Set<Int>())
            func note(_ end: (isAnswered: Bool, unsent: Int?)) {
                if end.isAnswered { answered += 1 }
                if let number = end.unsent { unsent.insert(number) }
            }
            for number in 0..<calls {
                if number >= 64, let end = await group.next() { note(end) }
                group.addTask { await Self.cancelledCall(number, to: server.baseURL, over: transport) }
            }
            for await end in group { note(end) }
            return (answered, unsent)
        }
        await server.stop()
        let arrived = counter.counts
        #expect(arrived.values.allSatisfy { $0 == 1 })
        #expect(unsent.isDisjoint(with: arrived.keys))
        // Neither all in time nor none: the instants are spread over the calls.
        #expect(
            (1..<calls).contains(answered), "\(answered) answered, \(arrived.count) arrived, \(unsent.count) unsent")
    }

    private static func cancelledCall(
        _ number: Int, to url: URL, over transport: CurlTransport
    ) async -> (Bool, unsent: Int?) {
        let request = HTTPRequest(
            method: number.isMultiple(of: 2) ? .post : .delete, url: url, headers: ["X-Number": "\(number)"])
        let task = Task { try await transport.send(request) }
        // From a microsecond to 131 milliseconds, as often of one magnitude as of another: how long a call takes
        // depends on the machine.
        try? await Task.sleep(for: .microseconds(exp2(Double.random(in: 0...17))))
        task.cancel()
        do {
            return (try await task.value.status == 200, nil)
        } catch {
            let failure = error as? NetworkFailure
            if failure?.reason != .cancelled { Issue.record("\(error)") }
            return (false, failure?.nothingWasSent == true ? number : nil)
        }
    }

    /// Counts how often each request arrives.
    private final class RequestCounter: HTTPTransport {
        private let state = Locked<[Int: Int]>([:])

        var counts: [Int: Int] { state.withLock { $0 } }

        func send(_ request: HTTPRequest) async throws -> HTTPResponse {
            let number = request.headers["X-Number"].flatMap { Int($0) } ?? -1
            state.withLock { $0[number, default: 0] += 1 }
            return HTTPResponse(status: 200)
        }
    }
}
