import APIKeys
import APIKeysCurl
import Foundation
import TestSupport
import Testing

/// Every fault of the table, over libcurl.
@Suite(.serialized, .needsLibcurl, .timeLimit(.minutes(5))) struct FaultTests {
    @Test(arguments: Fault.all, [Safety.create, .read])
    func endsAsTheTableSays(_ fault: Fault, _ safety: Safety) async throws {
        let (call, peer) = try await fault.play(to: safety, over: CurlTransport(), named: .curl)
        let expected = fault.end(of: safety, over: .curl)
        #expect(call.end == expected, "\(call.comment)")
        #expect(peer.requests.count <= expected.attempts)
        #expect(call.time < FaultCall.patience + .seconds(30))
    }

    @Test(arguments: [Safety.create, .read])
    func aRefusedConnectionIsTriedAgain(_ safety: Safety) async throws {
        let url = try #require(URL(string: "http://127.0.0.1:\(try LoopbackPeer.refusedPort())"))
        let call = await FaultCall(safety, url, over: try CurlTransport())
        #expect(call.end == Fault.refused.end(of: safety, over: .curl))
        #expect(
            call.error?.kind == .network(NetworkFailure(reason: .connectionRefused, code: 7, nothingWasSent: true)))
    }

    /// A success cut before each of its bytes, and after the last: by a reset, and by a clean close.
    @Test(arguments: [Safety.create, .read], [true, false])
    func aResponseCutAtAnyByteIsOneError(_ safety: Safety, _ isReset: Bool) async throws {
        let response = Array(Fault.success.utf8)
        let statusEnd = "HTTP/1.1 200 OK\r\n".utf8.count
        for place in 0...response.count {
            let peer = try LoopbackPeer { connection, _ in
                connection.readRequest()
                connection.send(Array(response[..<place]))
                connection.waitUntilReceived()
                if isReset { connection.reset() }
            }
            let call = await FaultCall(safety, peer.url(), over: try CurlTransport(), retry: .never)
            #expect(peer.requests.count == 1, "cut at \(place): \(call.comment)")
            let outcome = place < statusEnd ? APIError.Outcome.unknown : .processed
            let expected: Fault.End = place == response.count ? .success() : .failure("network", outcome)
            #expect(call.end == expected, "cut at \(place): \(call.comment)")
        }
    }

    @Test func aCutBodyYieldsTheSecretOnceItIsWhole() async throws {
        let body = #"{"token":"tok_new","id":7}"#
        let peer = try LoopbackPeer { connection, _ in
            connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 26\r\n\r\n\(body.prefix(19))")
        }
        let error = await FaultCall(.create, peer.url(), over: try CurlTransport()).error
        #expect(error?.outcome == .processed)
        #expect(error?.recoveredSecret == Secret("tok_new"))
        #expect(error?.responseBody == Data(body.utf8.prefix(19)))
    }

    @Test func anOddHeadIsAnErrorNotATrap() async throws {
        let isRead = ["X-Tight:value", "X-Latin: \u{E9}", "X-Folded: a\r\n b", "X-Empty:", ": no name"]
        for head in isRead + ["X-Nul: a\u{0}b", "No colon at all"] {
            let peer = try LoopbackPeer { connection, _ in
                connection.readRequest()
                connection.send("HTTP/1.1 200 OK\r\n\(head)\r\nContent-Length: 26\r\n\r\n\(Fault.body)")
            }
            let call = await FaultCall(.create, peer.url(), over: try CurlTransport())
            #expect(call.end == (isRead.contains(head) ? .success() : .failure("network", .processed)), "\(head)")
            #expect(peer.requests.count == 1)
        }
    }
}
