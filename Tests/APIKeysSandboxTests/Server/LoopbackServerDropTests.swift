import APIKeys
import APIKeysSandbox
import APIKeysTesting
import Foundation
import Testing

@Suite(.timeLimit(.minutes(5))) struct LoopbackServerDropTests {
    private static let response = HTTPResponse(status: 200, headers: ["Date": "x"], body: Data("0123456789".utf8))
    private static let head = "HTTP/1.1 200 OK\r\nDate: x\r\nContent-Length: 10\r\n\r\n"

    @Test(arguments: [
        (LoopbackServer.ConnectionDrop.withoutAnswer, ""), (.after(headBytes: -1, of: response), ""),
        (.after(bodyBytes: .min, of: response), head),
        (.after(bodyBytes: 0, of: response), head), (.after(bodyBytes: 3, of: response), head + "012"),
        (.after(bodyBytes: .max, of: response), head + "0123456789"),
        (.after(headBytes: 0, of: response), ""),
        (.after(headBytes: 12, of: response), "HTTP/1.1 200"),
        (.after(headBytes: .max, of: response), String(head.unicodeScalars.dropLast())),
    ])
    func theClientGetsSoMuchAndThenTheEnd(drop: LoopbackServer.ConnectionDrop, expected: String) async throws {
        let received = try await withServer(MockTransport { _ in throw drop }) { port in
            let client = try RawClient(port: port)
            try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n")
            return try client.rest()
        }
        #expect(received == expected)
    }

    @Test(arguments: [
        LoopbackServer.ConnectionDrop.reset, .after(headBytes: 0, of: response, byReset: true),
        .after(headBytes: 12, of: response, byReset: true),
    ]) func aResetIsSeenAsOne(_ drop: LoopbackServer.ConnectionDrop) async throws {
        let handler = MockTransport { _ in throw drop }
        await #expect(throws: SocketError.self) {
            try await withServer(handler) { port in
                let client = try RawClient(port: port)
                try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
                return try client.rest()
            }
        }
    }

    @Test func urlsessionReportsEachForWhatItIs() async throws {
        let drops: [LoopbackServer.ConnectionDrop] = [
            .withoutAnswer, .reset, .after(headBytes: 12, of: Self.response), .after(bodyBytes: 3, of: Self.response),
        ]
        let script = Locked(drops)
        let server = try LoopbackServer(
            MockTransport { _ in throw script.withLock { $0.isEmpty ? .withoutAnswer : $0.removeFirst() } })
        var parts: [HTTPResponse?] = []
        for _ in drops {
            do {
                _ = try await URLSessionTransport.shared.send(HTTPRequest(method: .post, url: server.baseURL))
                Issue.record("a response")
            } catch let failure as NetworkFailure {
                #expect(failure.reason != .connectionRefused && failure.reason != .hostNotFound)
                parts.append(failure.partialResponse)
            }
        }
        #expect(parts.map { $0?.status } == [nil, nil, nil, 200])
        await server.stop()
    }
}
