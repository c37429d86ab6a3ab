import APIKeys
import APIKeysSandbox
import APIKeysTesting
import Foundation
import Testing

@Suite(.timeLimit(.minutes(5))) struct LoopbackServerTests {
    @Test func aKeptConnectionServesOneRequestAfterTheOther() async throws {
        let responses = try await withServer { port in
            let client = try RawClient(port: port)
            return try (0..<20).map { number in
                try client.send("PUT /\(number) HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\n\(number % 10)")
                return try client.response()
            }
        }
        #expect(responses.map { $0?.body } == (0..<20).map { "PUT http://h/\($0) \($0 % 10)" })
        #expect(responses.allSatisfy { $0?.status == 200 && $0?.header("Connection") == nil })
    }

    @Test func aResponseHasADateItsLengthAndTheHandlerSFields() async throws {
        let handler = MockTransport { _ in
            HTTPResponse(
                status: 201, headers: ["X-A": "1", "Content-Length": "99", "Transfer-Encoding": "chunked", "x-a": "2"],
                body: Data("four".utf8))
        }
        let head = try await withServer(handler) { port in
            let client = try RawClient(port: port)
            try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            return try client.response()?.head ?? ""
        }
        var lines = head.components(separatedBy: "\r\n")
        let date = lines.remove(at: 3)
        #expect(lines == ["HTTP/1.1 201 Created", "X-A: 1", "x-a: 2", "Content-Length: 4"])
        #expect(date.wholeMatch(of: /Date: [A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT/) != nil)
    }

    @Test func pipelinedRequestsAreAnsweredInOrderHoweverLongEachTakes() async throws {
        let handler = MockTransport { request in
            if request.url.path == "/0" { try await Task.sleep(for: .milliseconds(20)) }
            return try await echo.send(request)
        }
        let bodies = try await withServer(handler) { port in
            let client = try RawClient(port: port)
            try client.send((0..<50).map { "GET /\($0) HTTP/1.1\r\nHost: h\r\n\r\n" }.joined())
            client.endOutput()
            return try (0..<50).map { _ in try client.response()?.body }
        }
        #expect(bodies == (0..<50).map { "GET http://h/\($0) -" })
    }

    @Test func aBodyInChunksArrivesAsOneAndTheNextRequestBehindIt() async throws {
        let bodies = try await withServer { port in
            let client = try RawClient(port: port)
            try client.send("PUT /1 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n")
            try client.send("2\r\nde\r\n0\r\nTrailer: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\n")
            return [try client.response()?.body, try client.response()?.body]
        }
        #expect(bodies == ["PUT http://h/1 abcde", "GET http://h/2 -"])
    }

    @Test func whoeverWaitsForTheWordToGoOnGetsIt() async throws {
        let heads = try await withServer { port in
            let client = try RawClient(port: port)
            try client.send("PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
            let first = try client.response()?.head
            try client.send("ab")
            return [first, try client.response()?.body]
        }
        #expect(heads == ["HTTP/1.1 100 Continue", "PUT http://h/ ab"])
    }

    @Test func head204And304HaveNoBodyAndTheConnectionGoesOn() async throws {
        let handler = MockTransport { request in
            let status = Int(request.url.lastPathComponent) ?? 0
            return HTTPResponse(status: status, body: Data("body".utf8))
        }
        let responses = try await withServer(handler) { port in
            let client = try RawClient(port: port)
            try client.send("HEAD /200 HTTP/1.1\r\nHost: h\r\n\r\nGET /204 HTTP/1.1\r\nHost: h\r\n\r\n")
            try client.send("GET /304 HTTP/1.1\r\nHost: h\r\n\r\nGET /200 HTTP/1.1\r\nHost: h\r\n\r\n")
            return try [true, false, false, false].map { try client.response(toHead: $0) }
        }
        #expect(responses.map { $0?.status } == [200, 204, 304, 200])
        #expect(responses.map { $0?.header("Content-Length") } == ["4", nil, nil, "4"])
        #expect(responses.last??.body == "body")
    }

    @Test(arguments: [
        ("GET / HTTP/1.0\r\n\r\n", "close"), ("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", "close"),
        ("GET /close HTTP/1.1\r\nHost: h\r\n\r\n", "close"),
    ])
    func theConnectionEndsWhereEitherSideAsksForIt(request: String, connection: String) async throws {
        let handler = MockTransport { request in
            HTTPResponse(status: 200, headers: request.url.path == "/close" ? ["Connection": "close"] : [:])
        }
        let (response, rest) = try await withServer(handler) { port in
            let client = try RawClient(port: port)
            try client.send(request)
            return (try client.response(), try client.rest())
        }
        #expect(response?.header("Connection") == connection)
        #expect(rest.isEmpty)
    }

    @Test func http10CanAskForTheConnectionToStay() async throws {
        let responses = try await withServer { port in
            let client = try RawClient(port: port)
            try client.send("GET /1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            let first = try client.response()
            try client.send("GET /2 HTTP/1.0\r\n\r\n")
            return [first, try client.response()]
        }
        #expect(responses.map { $0?.header("Connection") } == ["keep-alive", "close"])
    }

    @Test func whatTheHandlerCanTHaveMeantIsA500AndTheConnectionGoesOn() async throws {
        struct Oddity: Error {}
        let answers = [
            HTTPResponse(status: 100), HTTPResponse(status: -1), HTTPResponse(status: 1000),
            HTTPResponse(status: 200, headers: ["A": "secret\r\nB: b"]),
            HTTPResponse(status: 200, headers: ["A b": "c"]),
        ]
        let script = Locked(answers)
        let handler = MockTransport { _ in
            guard let next = script.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else { throw Oddity() }
            return next
        }
        let responses = try await withServer(handler) { port in
            let client = try RawClient(port: port)
            return try (0..<6).map { _ in
                try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
                return try client.response()
            }
        }
        #expect(responses.allSatisfy { $0?.status == 500 && $0?.body.contains("secret") == false })
        #expect(responses.last??.body == #"{"detail":"The handler threw Oddity"}"#)
    }

    @Test func aBodyOfAMegabyteGoesThereAndBack() async throws {
        let handler = MockTransport { HTTPResponse(status: 200, body: $0.body ?? Data()) }
        let size = 1024 * 1024
        let response = try await withServer(handler) { port in
            let client = try RawClient(port: port)
            try client.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: \(size)\r\n\r\n")
            try client.send([UInt8](repeating: 97, count: size))
            return try client.response()
        }
        #expect(response?.body.utf8.count == size)
    }

    @Test func urlsessionGetsItsAnswers() async throws {
        let server = try LoopbackServer(echo)
        for method in [HTTPMethod.get, .post, .get] {
            let url = server.baseURL.appendingPathComponent("a b")
            let body = method == .post ? Data("x".utf8) : nil
            let response = try await URLSessionTransport.shared.send(HTTPRequest(method: method, url: url, body: body))
            let text = "\(method) \(server.baseURL.absoluteString)/a%20b \(method == .post ? "x" : "-")"
            #expect(String(decoding: response.body, as: UTF8.self) == text)
        }
        await server.stop()
    }
}
