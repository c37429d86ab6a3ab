import APIKeys
import Foundation
import TestSupport
import Testing

/// What the transport puts on the wire, and how it uses connections.
@Suite(.timeLimit(.minutes(5))) struct URLSessionTransportTests {
    private let headers: HTTPHeaders = [
        "Accept": "application/json", "Accept-Language": "en", "User-Agent": "swift-api-keys/0.1.0",
        "Content-Type": "application/json", "X-Key": "k",
    ]

    @Test func aRequestWithABodyGoesOverAConnectionOfItsOwn() async throws {
        let peer = try keepingPeer()
        for _ in 0..<2 {
            let request = HTTPRequest(
                method: .post, url: peer.url("/a%2Fb?c=d%20e"), headers: headers, body: Data(#"{"a":1}"#.utf8))
            let response = try await URLSessionTransport.shared.send(request)
            #expect(response.status == 200)
            #expect(response.headers["x-request-id"] == "r1")
            #expect(response.body == Data(Fault.body.utf8))
        }
        #expect(peer.connectionCount == 2)
        let lines = try #require(peer.requests.first).components(separatedBy: "\r\n")
        #expect(lines.first == "POST /a%2Fb?c=d%20e HTTP/1.1")
        #expect(lines.suffix(2) == ["", #"{"a":1}"#])
        // The encodings are those that the installed libcurl knows.
        let fields = lines.dropFirst().dropLast(2).filter { !$0.hasPrefix("Accept-Encoding: ") }.sorted()
        #expect(
            fields == [
                "Accept-Language: en", "Accept: application/json", "Connection: close", "Content-Length: 7",
                "Content-Type: application/json", "Host: 127.0.0.1:\(peer.port)", "User-Agent: swift-api-keys/0.1.0",
                "X-Key: k",
            ])
    }

    /// Names that differ in case are one name, whoever added them.
    @Test func aNameInAnotherCaseIsNoSecondField() async throws {
        struct Adding: Middleware {
            func intercept(
                _ request: HTTPRequest, context: MiddlewareContext, next: MiddlewareNext
            ) async throws -> HTTPResponse {
                var request = request
                for name in ["accept", "connection", "USER-AGENT", "accept-encoding", "content-type", "x-two", "X-Two"]
                {
                    request.headers.append(name: name, value: name.lowercased())
                }
                return try await next(request)
            }
        }
        let peer = try keepingPeer()
        let configuration = ClientConfiguration(baseURL: peer.url(), middleware: [Adding()])
        let options = RequestOptions(headers: ["ACCEPT-LANGUAGE": "de", "x-TWO": "first"])
        let probe = Probe(URLSessionTransport.shared, configuration: configuration)
        #expect(try await probe.create(options: options) == Probe.thing)
        #expect(try await probe.read(options: options) == Probe.thing)
        let requests = peer.requests.map { $0.components(separatedBy: "\r\n").dropFirst() }
        #expect(requests.count == 2)
        for (lines, isCreate) in zip(requests, [true, false]) {
            let fields = lines.prefix { !$0.isEmpty }
            let names = fields.map { $0.prefix { $0 != ":" }.lowercased() }
            #expect(Set(names).count == names.count, "\(fields)")
            #expect(fields.contains("Accept: application/json, accept"))
            #expect(fields.contains("ACCEPT-LANGUAGE: de"))
            #expect(fields.contains { $0.lowercased() == "x-two: first, x-two, x-two" })
            #expect(fields.contains { $0.lowercased() == "connection: \(isCreate ? "close" : "connection")" })
        }
    }

    /// Past both checks, that of the base URL and that of a proxy, and past Foundation's own.
    @Test func anIPv6AddressOfThisMachineIsCalled() async throws {
        let peer = try LoopbackPeer(isIPv6: true) { connection, _ in
            while let request = connection.readRequest() {
                connection.send(Fault.success)
                if request.contains("Connection: close") { return }
            }
        }
        let probe = Probe(
            URLSessionTransport.shared, configuration: ClientConfiguration(baseURL: peer.url("/a%2Fb/"), retry: .never))
        #expect(try await probe.create() == Probe.thing)
        #expect(try await probe.read("x/y?") == Probe.thing)
        #expect(peer.requests.count == 2)
        #expect(peer.requests.first?.hasPrefix("POST /a%2Fb/v1/things HTTP/1.1\r\n") == true)
        #expect(peer.requests.last?.hasPrefix("GET /a%2Fb/v1/things/x%2Fy%3F HTTP/1.1\r\n") == true)
        #expect(peer.requests.allSatisfy { $0.contains("\r\nHost: [::1]:\(peer.port)\r\n") })
    }

    @Test func nobodyAtAnIPv6AddressIsARefusal() async throws {
        let port = try LoopbackPeer(isIPv6: true) { _, _ in }.port
        let url = try #require(URL(string: "http://[::1]:\(port)"))
        let error = try await failure { () throws(APIError) in
            try await Probe(
                URLSessionTransport.shared, configuration: ClientConfiguration(baseURL: url, retry: .never)
            ).create()
        }
        #expect(error.kind == .network(NetworkFailure(reason: .connectionRefused, code: -1004)))
        #expect(error.outcome == .notProcessed)
    }

    @Test(arguments: [HTTPMethod.get, .delete, .put])
    func aRequestWithoutABodyKeepsItsConnection(_ method: HTTPMethod) async throws {
        let peer = try keepingPeer()
        for _ in 0..<8 {
            let response = try await URLSessionTransport.shared.send(
                HTTPRequest(method: method, url: peer.url("/x/"), headers: ["X-Key": "k"]))
            #expect(response.status == 200)
        }
        // Not one: a request that follows at once can overtake the return of the connection.
        #expect(peer.connectionCount < 8)
        #expect(peer.requests.count == 8)
        #expect(peer.requests.allSatisfy { $0.hasPrefix("\(method) /x/ HTTP/1.1\r\n") })
        #expect(peer.requests.allSatisfy { !$0.contains("Content-Type") })
    }

    @Test func aRedirectIsReturnedAndTheOtherHostSeesNothing() async throws {
        let other = try LoopbackPeer { connection, _ in connection.readRequest() }
        let target = other.url("/stolen")
        for status in [301, 302, 303, 307, 308] {
            let peer = try LoopbackPeer { connection, _ in
                connection.readRequest()
                connection.send("HTTP/1.1 \(status) Elsewhere\r\nLocation: \(target)\r\nContent-Length: 0\r\n\r\n")
            }
            for method in [HTTPMethod.get, .post] {
                let response = try await URLSessionTransport.shared.send(
                    HTTPRequest(method: method, url: peer.url(), headers: headers))
                #expect(response.status == status)
                #expect(response.headers["Location"] == target.absoluteString)
            }
        }
        #expect(other.connectionCount == 0)
    }

    @Test func noCookieComesBack() async throws {
        let peer = try LoopbackPeer { connection, _ in
            while connection.readRequest() != nil {
                connection.send("HTTP/1.1 200 OK\r\nSet-Cookie: a=b; Path=/\r\nContent-Length: 0\r\n\r\n")
            }
        }
        for _ in 0..<2 {
            _ = try await URLSessionTransport.shared.send(HTTPRequest(method: .get, url: peer.url()))
        }
        #expect(peer.requests.allSatisfy { !$0.contains("Cookie") })
    }

    @Test func aCapBelowZeroIsZero() async throws {
        let peer = try LoopbackPeer { connection, _ in
            connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n")
        }
        let request = HTTPRequest(method: .get, url: peer.url(), maximumResponseBytes: -1)
        let error = await #expect(throws: NetworkFailure.self) { try await URLSessionTransport.shared.send(request) }
        #expect(error?.reason == .responseTooLarge)
    }

    @Test func nothingIsCached() async throws {
        let peer = try LoopbackPeer { connection, _ in
            while connection.readRequest() != nil {
                connection.send(
                    "HTTP/1.1 200 OK\r\nCache-Control: max-age=1000\r\nETag: \"1\"\r\nContent-Length: 0\r\n\r\n")
            }
        }
        for _ in 0..<2 {
            _ = try await URLSessionTransport.shared.send(HTTPRequest(method: .get, url: peer.url()))
        }
        #expect(peer.requests.count == 2)
        #expect(peer.requests.allSatisfy { !$0.contains("If-None-Match") })
    }

    @Test(arguments: ["a\r\nX-Injected: 1", "a\nb", "a\u{0}b", "\u{E9}"])
    func aHeaderThatMayNotBeSentStaysHere(_ value: String) async throws {
        let peer = try keepingPeer()
        let request = HTTPRequest(method: .get, url: peer.url(), headers: ["X-Key": value])
        let error = await #expect(throws: APIError.self) { try await URLSessionTransport.shared.send(request) }
        #expect(error?.description.hasPrefix(".: invalid request: the value of the header X-Key holds a") == true)
        #expect(error?.outcome == .notProcessed)
        #expect(peer.connectionCount == 0)
    }

    /// A server that keeps connections as HTTP/1.1 has it: until it is asked to close one.
    private func keepingPeer() throws -> LoopbackPeer {
        try LoopbackPeer { connection, _ in
            while let request = connection.readRequest() {
                // Without the answer's own field, the next request could come before the connection's end.
                let isClosing = request.contains("Connection: close")
                connection.send(
                    "HTTP/1.1 200 OK\r\nContent-Length: 26\r\nX-Request-ID: r1\r\n"
                        + (isClosing ? "Connection: close\r\n" : "") + "\r\n\(Fault.body)")
                if isClosing { return }
            }
        }
    }

    @Test(arguments: [Duration.seconds(Int64.max) * 2, .seconds(Int64.min) * 2, .zero, .nanoseconds(1)])
    func aTimeoutOfAnySizeDoesNotTrap(_ timeout: Duration) async throws {
        let peer = try keepingPeer()
        let request = HTTPRequest(method: .get, url: peer.url(), timeout: timeout)
        #expect(try await URLSessionTransport.shared.send(request).status == 200)
    }

    /// As many limits as there are teams: the process keeps a few sessions all the same.
    @Test func limitsOfConnectionsShareSessions() {
        #expect(Set((-1...3000).map(SessionPool.limit)) == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024])
        for limit in 1...3000 { #expect(SessionPool.limit(for: limit) <= limit) }
        #expect(SessionPool.limit(for: 64) == 64)
        #expect(SessionPool.limit(for: .max) == 1024)
    }

    @Test func keptConnectionsCarryBodiesToo() async throws {
        let peer = try keepingPeer()
        let transport = URLSessionTransport(postConnections: .kept)
        for _ in 0..<8 {
            let response = try await transport.send(
                HTTPRequest(method: .post, url: peer.url(), headers: headers, body: Data("{}".utf8)))
            #expect(response.status == 200)
        }
        #expect(peer.connectionCount < 8)
        #expect(peer.requests.count == 8)
        #expect(peer.requests.allSatisfy { !$0.contains("Connection: close") })
    }
}
