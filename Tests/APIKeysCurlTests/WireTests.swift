import APIKeys
import Foundation
import TestSupport
import Testing

@testable import APIKeysCurl

/// What the transport puts on the wire, and what it makes of a response.
@Suite(.needsLibcurl, .timeLimit(.minutes(5))) struct WireTests {
    @Test func aCreateIsSentAsItStands() async throws {
        let peer = try answeringPeer()
        let headers: HTTPHeaders = [
            "Accept": "application/json", "Content-Type": "application/json", "X-Key": "k", "X-Empty": "",
            "Content-Length": "99", "transfer-encoding": "chunked",
        ]
        let response = try await CurlTransport().send(
            HTTPRequest(
                method: .post, url: peer.url("/a%2Fb/../c?d=e%20f"), headers: headers, body: Data(#"{"a":1}"#.utf8)))
        #expect(response.status == 200)
        #expect(response.headers["X-REQUEST-ID"] == "r1")
        #expect(response.headers.values(for: "X-Twice") == ["1", "2"])
        #expect(response.headers["X-Folded"] == "a b")
        #expect(response.headers["X-Latin"] == "n\u{E9}e")
        #expect(response.headers["X-UTF-8"] == "n\u{E9}e")
        #expect(response.body == Data(Fault.body.utf8))
        let lines = try #require(peer.requests.first).components(separatedBy: "\r\n")
        #expect(lines.first == "POST /a%2Fb/../c?d=e%20f HTTP/1.1")
        #expect(lines.suffix(2) == ["", #"{"a":1}"#])
        let fields = lines.dropFirst().dropLast(2).sorted()
        #expect(
            fields == [
                "Accept-Encoding: gzip, deflate", "Accept: application/json", "Connection: close", "Content-Length: 7",
                "Content-Type: application/json",
                "Host: 127.0.0.1:\(peer.port)", "X-Empty:", "X-Key: k",
            ])
    }

    @Test(arguments: [
        (HTTPMethod.get, false), (.delete, false), (.put, true), (.patch, true), (.post, true),
        (HTTPMethod(rawValue: "HEAD"), false),
    ])
    func aRequestWithoutABodyHasNothingOfOne(_ method: HTTPMethod, _ hasLength: Bool) async throws {
        let peer = try LoopbackPeer { connection, _ in
            while connection.readRequest() != nil { connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") }
        }
        let transport = try CurlTransport()
        for _ in 0..<3 {
            let response = try await transport.send(HTTPRequest(method: method, url: peer.url("/x/")))
            #expect(response.status == 200)
        }
        if method == .post { #expect(peer.connectionCount == 3) }
        #expect(peer.requests.allSatisfy { $0.hasPrefix("\(method) /x/ HTTP/1.1\r\n") })
        #expect(peer.requests.allSatisfy { $0.contains("Content-Length: 0\r\n") == hasLength })
        #expect(peer.requests.allSatisfy { !$0.contains("Content-Type") && !$0.contains("Accept: ") })
    }

    /// A handle that carried one kind of request carries the next one as if it were new.
    @Test func nothingOfARequestIsLeftForTheNextOne() async throws {
        let peer = try answeringPeer()
        let transport = try CurlTransport(options: .init(postConnections: .kept))
        let create = HTTPRequest(
            method: .post, url: peer.url(), headers: ["X-Secret": "s", "Accept-Encoding": "identity"],
            body: Data("{}".utf8))
        let methods: [HTTPMethod] = [.get, .delete, HTTPMethod(rawValue: "HEAD"), .get]
        for method in methods {
            _ = try await transport.send(create)
            _ = try? await transport.send(HTTPRequest(method: method, url: peer.url(), timeout: .seconds(1)))
        }
        let others = peer.requests.filter { !$0.hasPrefix("POST") }
        #expect(others.map { String($0.prefix { $0 != " " }) } == methods.map(\.rawValue))
        #expect(others.allSatisfy { !$0.contains("X-Secret") && !$0.contains("identity") && $0.hasSuffix("\r\n\r\n") })
    }

    @Test(arguments: ["a\r\nX-Injected: 1", "a\nb", "a\u{0}b", "\u{E9}"])
    func aHeaderThatMayNotBeSentStaysHere(_ value: String) async throws {
        let peer = try answeringPeer()
        let request = HTTPRequest(method: .post, url: peer.url(), headers: ["X-Key": value])
        let error = await #expect(throws: APIError.self) { try await CurlTransport().send(request) }
        guard case .invalidRequest(let problem)? = error?.kind else {
            throw Unexpected(value: "\(String(describing: error))")
        }
        #expect(problem.hasPrefix("the value of the header X-Key holds a"))
        #expect(error?.outcome == .notProcessed)
        #expect(peer.connectionCount == 0)
    }

    @Test(arguments: [
        "ftp://127.0.0.1/", "file:///etc/passwd", "http://user:password@127.0.0.1/", "gopher://127.0.0.1/",
    ])
    func onlyPlainURLsOfTheWebAreCarried(_ url: String) async throws {
        let request = HTTPRequest(method: .get, url: try #require(URL(string: url)))
        let failure = await #expect(throws: NetworkFailure.self) { try await CurlTransport().send(request) }
        #expect(failure?.nothingWasSent == true)
    }

    @Test func aRedirectIsReturnedAndTheOtherHostSeesNothing() async throws {
        let other = try LoopbackPeer { connection, _ in connection.readRequest() }
        for status in [301, 302, 303, 307, 308] {
            let peer = try LoopbackPeer { connection, _ in
                connection.readRequest()
                connection.send(
                    "HTTP/1.1 \(status) Elsewhere\r\nLocation: \(other.url("/x"))\r\nContent-Length: 0\r\n\r\n")
            }
            for method in [HTTPMethod.get, .post] {
                let response = try await CurlTransport().send(HTTPRequest(method: method, url: peer.url()))
                #expect(response.status == status)
                #expect(response.headers["Location"] == other.url("/x").absoluteString)
            }
        }
        #expect(other.connectionCount == 0)
    }

    /// Tests/TLS/run plays the rest of what proxies do.
    @Test func plainHTTPToThisMachineGoesAroundAProxy() async throws {
        let peer = try answeringPeer()
        let transport = try CurlTransport(options: .init(proxy: "http://127.0.0.1:\(try LoopbackPeer.refusedPort())"))
        #expect(try await transport.send(HTTPRequest(method: .get, url: peer.url())).status == 200)
    }

    @Test func noCookieComesBackAndNothingIsCached() async throws {
        let peer = try LoopbackPeer { connection, _ in
            while connection.readRequest() != nil {
                connection.send(
                    "HTTP/1.1 200 OK\r\nSet-Cookie: a=b; Path=/\r\nCache-Control: max-age=1000\r\nETag: \"1\"\r\n"
                        + "Content-Length: 0\r\n\r\n")
            }
        }
        let transport = try CurlTransport()
        for _ in 0..<2 { _ = try await transport.send(HTTPRequest(method: .get, url: peer.url())) }
        #expect(peer.requests.count == 2)
        #expect(peer.requests.allSatisfy { !$0.contains("Cookie") && !$0.contains("If-None-Match") })
    }

    /// 1xx heads and trailers are not the response's.
    @Test func onlyTheHeadItselfIsKept() async throws {
        let peer = try LoopbackPeer { connection, _ in
            connection.readRequest()
            connection.send(
                "HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\nHTTP/1.1 200 OK\r\nX-Own: 1\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX-Late: 1\r\n\r\n")
        }
        let response = try await CurlTransport().send(HTTPRequest(method: .get, url: peer.url()))
        #expect(response.headers.fields.map(\.name) == ["X-Own", "Transfer-Encoding"])
        #expect(response.body == Data("{}".utf8))
    }

    @Test(arguments: ["HTTP/1.1 200 OK\r\n", "HTTP/1.1 103 Early Hints\r\n"])
    func aHeadHasALimit(_ status: String) async throws {
        let peer = try LoopbackPeer { connection, _ in
            connection.readRequest()
            connection.send(status)
            let line = "X-Flood: \(String(repeating: "x", count: 1000))\r\n"
            for count in 0..<100_000 {
                // Interim heads end, and begin again.
                let isEnd = status.contains("103") && count.isMultiple(of: 10)
                if !connection.send(isEnd ? "\r\n\(status)\(line)" : line) { return }
            }
        }
        let request = HTTPRequest(method: .post, url: peer.url())
        let failure = await #expect(throws: NetworkFailure.self) { try await CurlTransport().send(request) }
        #expect(failure?.reason == .responseTooLarge)
        #expect(failure?.partialResponse?.status == (status.contains("200") ? 200 : nil))
        #expect(failure?.nothingWasSent == false)
    }

    @Test func aCapBelowZeroIsZero() async throws {
        let peer = try answeringPeer()
        let request = HTTPRequest(method: .get, url: peer.url(), maximumResponseBytes: -1)
        let failure = await #expect(throws: NetworkFailure.self) { try await CurlTransport().send(request) }
        #expect(failure?.reason == .responseTooLarge)
    }

    /// An `Accept-Encoding` of the request's own switches decoding off: the body of a create is never lost to it.
    @Test(arguments: ["gzip", "unheard-of"])
    func aBodyInAnotherCodingIsKeptAsItCame(_ coding: String) async throws {
        let peer = try LoopbackPeer { connection, _ in
            connection.readRequest()
            connection.send(
                "HTTP/1.1 200 OK\r\nContent-Encoding: \(coding)\r\nContent-Length: 26\r\n\r\n\(Fault.body)")
        }
        let identity = HTTPRequest(method: .post, url: peer.url(), headers: ["accept-encoding": "identity"])
        #expect(try await CurlTransport().send(identity).body == Data(Fault.body.utf8))
        let any = HTTPRequest(method: .post, url: peer.url())
        let failure = await #expect(throws: NetworkFailure.self) { try await CurlTransport().send(any) }
        #expect(failure?.reason == .invalidResponse)
        #expect(failure?.partialResponse?.status == 200)
    }

    @Test func aServerThatTakesTooLongIsLeft() async throws {
        let peer = try LoopbackPeer { connection, _ in
            connection.readRequest()
            connection.hold()
        }
        let request = HTTPRequest(method: .post, url: peer.url(), timeout: .seconds(Int64.min))
        await #expect(throws: NetworkFailure(reason: .timedOut, code: 28)) { try await CurlTransport().send(request) }
    }

    @Test func furtherRequestsWaitForAConnection() async throws {
        let peer = try answeringPeer()
        let transport = try CurlTransport(options: .init(maximumConnectionsPerHost: 2))
        for _ in 0..<20 {
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<20 {
                    group.addTask { try await transport.send(HTTPRequest(method: .get, url: peer.url())).status }
                }
                for try await status in group { #expect(status == 200) }
            }
        }
        #expect(peer.connectionCount <= 2)
    }

    private func answeringPeer() throws -> LoopbackPeer {
        try LoopbackPeer { connection, _ in
            while connection.readRequest() != nil {
                connection.send(
                    "HTTP/1.1 200 OK\r\nContent-Length: 26\r\nX-Request-ID: r1\r\nX-Twice: 1\r\nX-Twice: 2\r\n"
                        + "X-Folded: a\r\n\tb\r\nX-UTF-8: n\u{E9}e\r\nX-Latin: n")
                connection.send([0xE9])
                connection.send("e\r\n\r\n\(Fault.body)")
            }
        }
    }
}
