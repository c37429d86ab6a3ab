import APIKeys
import APIKeysTesting
import Foundation
import Testing

/// Every fault of the table, through the real transport.
@Suite(.serialized) struct FaultTests {
    @Test(arguments: Fault.all, [Safety.create, .read])
    func endsAsTheTableSays(_ fault: Fault, _ safety: Safety) async throws {
        let expected = safety == .create ? fault.create : fault.read
        let timeout = expected.kind == "timedOut" ? Duration.milliseconds(250) : .seconds(20)
        let peer = try LoopbackPeer(fault.play)
        let start = ContinuousClock.now
        let (end, error) = await call(safety, peer.url(), timeout)
        let time = ContinuousClock.now - start
        #expect(end == expected, "\(error.map { "\($0)" } ?? "")")
        #expect(peer.requests.count <= expected.attempts)
        #expect(time < .seconds(15))
    }

    @Test(arguments: [Safety.create, .read])
    func aRefusedConnectionIsTriedAgain(_ safety: Safety) async throws {
        let url = try #require(URL(string: "http://127.0.0.1:\(try LoopbackPeer.refusedPort())"))
        let (end, error) = await call(safety, url, .seconds(20))
        #expect(end == (safety == .create ? Fault.refused.create : Fault.refused.read))
        #expect(error?.kind == .network(NetworkFailure(reason: .connectionRefused, code: -1004)))
    }

    /// A server that answers, keeps the connection, and drops the next request on it.
    @Test(arguments: Safety.allCases)
    func aDroppedConnectionNeverStallsTheNextCall(_ safety: Safety) async throws {
        let peer = try LoopbackPeer { connection, index in
            connection.readRequest()
            connection.send(Fault.success)
            if index == 0 { connection.readRequest() } else { connection.hold() }
        }
        let (first, _) = await call(.read, peer.url(), .seconds(20))
        #expect(first == .success())
        let start = ContinuousClock.now
        let (second, error) = await call(safety, peer.url(), .seconds(20))
        #expect(second.kind == "success", "\(error.map { "\($0)" } ?? "")")
        #expect(ContinuousClock.now - start < .seconds(15))
        let creates = peer.requests.count { $0.hasPrefix("POST") }
        #expect(creates == (safety == .create ? 1 : 0))
    }

    /// A success cut by a reset before each of its bytes, and after the last.
    @Test(arguments: [Safety.create, .read])
    func aResponseCutAtAnyByteIsOneError(_ safety: Safety) async throws {
        let response = Array(Fault.success.utf8)
        let headEnd = response.count - Fault.body.utf8.count
        for place in 0...response.count {
            let peer = try LoopbackPeer { connection, _ in
                connection.readRequest()
                connection.send(Array(response[..<place]))
                connection.waitUntilReceived()
                connection.reset()
            }
            let (end, error) = await call(safety, peer.url(), .seconds(20), retry: .never)
            #expect(
                peer.requests.count == 1,
                "cut at \(place), \(peer.connectionCount) connections, \(error.map { "\($0)" } ?? "")")
            if place == response.count {
                #expect(end == .success(), "cut at \(place): \(error.map { "\($0)" } ?? "")")
            } else {
                let outcome = place < headEnd ? APIError.Outcome.unknown : .processed
                #expect(end == .failure("network", outcome), "cut at \(place): \(error.map { "\($0)" } ?? "")")
            }
        }
    }

    @Test func aCutBodyYieldsTheSecretOnceItIsWhole() async throws {
        let body = #"{"token":"tok_new","id":7}"#
        let peer = try LoopbackPeer { connection, _ in
            connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 26\r\n\r\n\(body.prefix(19))")
        }
        let (_, error) = await call(.create, peer.url(), .seconds(20))
        #expect(error?.outcome == .processed)
        #expect(error?.recoveredSecret == Secret("tok_new"))
        #expect(error?.responseBody == Data(body.utf8.prefix(19)))
    }

    @Test func whatURLSessionCannotReadIsAnErrorNotATrap() async throws {
        for head in ["X-Tight:value", "X-Nul: a\u{0}b", "No colon at all", ": no name", "X-Latin: \u{E9}"] {
            let peer = try LoopbackPeer { connection, _ in
                connection.readRequest()
                connection.send("HTTP/1.1 200 OK\r\n\(head)\r\nContent-Length: 26\r\n\r\n\(Fault.body)")
            }
            let (end, _) = await call(.create, peer.url(), .seconds(20))
            #expect(end == .success() || end == .failure("network", .unknown), "\(head): \(end)")
            #expect(peer.requests.count == 1)
        }
    }

    private func call(
        _ safety: Safety, _ url: URL, _ attemptTimeout: Duration,
        retry: RetryPolicy = RetryPolicy(baseDelay: .milliseconds(1))
    ) async -> (Fault.End, APIError?) {
        let configuration = ClientConfiguration(baseURL: url, attemptTimeout: attemptTimeout, retry: retry)
        do {
            let result = try await withResponseMetadata { () async throws(APIError) in
                try await Probe(URLSessionTransport.shared, configuration: configuration).call(safety)
            }
            return (.success(after: result.response?.attempts ?? 0), nil)
        } catch {
            let kind = "\(error.kind)".prefix { $0 != "(" }
            return (.failure(String(kind), error.outcome, error.attempts), error)
        }
    }
}
