import APIKeys
import Foundation
import TestSupport
import Testing

/// Every fault of the table, through the real transport.
@Suite(.serialized, .timeLimit(.minutes(5))) struct FaultTests {
    /// Those that end the process have tests of their own: `KnownTrapTests`.
    private static let faults = Fault.all.filter { $0.create != .trap }

    @Test(arguments: faults, [Safety.create, .read])
    func endsAsTheTableSays(_ fault: Fault, _ safety: Safety) async throws {
        let (call, peer) = try await fault.play(to: safety, over: URLSessionTransport.shared, named: .urlSession)
        let expected = fault.end(of: safety, over: .urlSession)
        #expect(call.end == expected, "\(call.comment)")
        #expect(peer.requests.count <= expected.attempts)
        #expect(call.time < FaultCall.patience + .seconds(30))
    }

    @Test(arguments: [Safety.create, .read])
    func aRefusedConnectionIsTriedAgain(_ safety: Safety) async throws {
        let url = try #require(URL(string: "http://127.0.0.1:\(try LoopbackPeer.refusedPort())"))
        let (end, error) = await call(safety, url)
        #expect(end == Fault.refused.end(of: safety, over: .urlSession))
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
        let (first, _) = await call(.read, peer.url())
        #expect(first == .success())
        let start = ContinuousClock.now
        let (second, error) = await call(safety, peer.url())
        #expect(second.kind == "success", "\(error.map { "\($0)" } ?? "")")
        #expect(ContinuousClock.now - start < .seconds(60))
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
            let (end, error) = await call(safety, peer.url(), retry: .never)
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
        let (_, error) = await call(.create, peer.url())
        #expect(error?.outcome == .processed)
        #expect(error?.recoveredSecret == Secret("tok_new"))
        #expect(error?.responseBody == Data(body.utf8.prefix(19)))
    }

    /// Foundation tells of the head only at the end, behind the body, which holds the rest of it.
    @Test func aFieldLineThatBeginsWithCRTakesNoSecretAlong() async throws {
        let peer = try LoopbackPeer { connection, _ in
            connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\n\rX-Odd: 1\r\nContent-Length: 26\r\n\r\n\(Fault.body)")
        }
        let (end, error) = await call(.create, peer.url())
        #expect(end == .failure("decoding", .processed))
        #expect(error?.status == 200)
        #expect(error?.recoveredSecret == Secret("tok_new"))
    }

    /// A limit of URLSession, which is in the list of them: libcurl under it decodes unasked, and drops what it
    /// can't decode.
    @Test(arguments: ["UTF-8", "gzip", "x"])
    func aBodyThatIsNotInItsCodingIsLost(_ coding: String) async throws {
        let peer = try LoopbackPeer { connection, _ in
            connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nContent-Encoding: \(coding)\r\nContent-Length: 26\r\n\r\n\(Fault.body)")
        }
        let (end, error) = await call(.create, peer.url())
        #expect(end == .failure("network", .processed))
        #expect(error?.recoveredSecret == nil)
    }

    @Test func whatURLSessionCannotReadIsAnErrorNotATrap() async throws {
        for head in ["X-Tight:value", "X-Nul: a\u{0}b", "No colon at all", ": no name", "X-Latin: \u{E9}"] {
            let peer = try LoopbackPeer { connection, _ in
                connection.readRequest()
                connection.send("HTTP/1.1 200 OK\r\n\(head)\r\nContent-Length: 26\r\n\r\n\(Fault.body)")
            }
            let (end, _) = await call(.create, peer.url())
            #expect(end == .success() || end == .failure("network", .unknown), "\(head): \(end)")
            #expect(peer.requests.count == 1)
        }
    }

    private func call(
        _ safety: Safety, _ url: URL, retry: RetryPolicy = RetryPolicy(baseDelay: .milliseconds(1))
    ) async -> (Fault.End, APIError?) {
        let call = await FaultCall(safety, url, over: URLSessionTransport.shared, retry: retry)
        return (call.end, call.error)
    }
}
