import APIKeys
import Foundation
import Testing

@Suite struct URLSessionTransportTests {
    let transport = URLSessionTransport.shared

    @Test func roundTrip() async throws {
        let peer = try LoopbackPeer { connection, _ in
            while connection.readRequest() != nil {
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Request-ID: r1\r\n\r\n{}")
            }
        }
        let request = HTTPRequest(
            method: .post, url: peer.url("/a%2Fb?c=d%20e"),
            headers: [
                "X-Key": "k", "Content-Type": "application/json", "User-Agent": "u", "Accept-Language": "en",
                "Accept": "application/json",
            ], body: Data("{}".utf8))
        let response = try await transport.send(request)
        #expect(response.status == 200)
        #expect(response.body == Data("{}".utf8))
        #expect(response.headers["x-request-id"] == "r1")
        print(peer.requests)
        _ = try await transport.send(HTTPRequest(method: .get, url: peer.url("/x"), headers: ["X-Key": "k"]))
        _ = try await transport.send(HTTPRequest(method: .put, url: peer.url("/x"), headers: ["X-Key": "k"]))
        _ = try await transport.send(HTTPRequest(method: .delete, url: peer.url("/x"), headers: ["X-Key": "k"]))
        print(peer.requests, peer.connectionCount)
    }

    @Test(arguments: [
        "Basic realm=\"x\"", "Bearer", "Digest realm=\"x\", nonce=\"y\"", "Negotiate", "NTLM", "Custom a=b",
    ])
    func challenge(_ scheme: String) async throws {
        let peer = try LoopbackPeer { connection, _ in
            while connection.readRequest() != nil {
                connection.send(
                    "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: \(scheme)\r\nContent-Length: 6\r\n\r\ndenied")
            }
        }
        for method in [HTTPMethod.get, .post] {
            let clock = ContinuousClock.now
            let response = try await transport.send(HTTPRequest(method: method, url: peer.url()))
            #expect(response.status == 401)
            #expect(response.body == Data("denied".utf8))
            print(scheme, ContinuousClock.now - clock)
        }
        #expect(peer.requests.count == 2)
    }

    @Test func redirect() async throws {
        let other = try LoopbackPeer { connection, _ in connection.readRequest() }
        let target = other.url("/stolen")
        let peer = try LoopbackPeer { connection, _ in
            while connection.readRequest() != nil {
                connection.send("HTTP/1.1 307 Temporary Redirect\r\nLocation: \(target)\r\nContent-Length: 0\r\n\r\n")
            }
        }
        let response = try await transport.send(HTTPRequest(method: .post, url: peer.url(), body: Data("x".utf8)))
        #expect(response.status == 307)
        #expect(other.connectionCount == 0)
    }

    @Test func cap() async throws {
        let peer = try LoopbackPeer { connection, _ in
            connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
            let block = [UInt8](repeating: 65, count: 1 << 20)
            for _ in 0..<2048 { if !connection.send(block) { print("client gone"); return } }
            print("sent all")
        }
        let clock = ContinuousClock.now
        let error = await #expect(throws: NetworkFailure.self) {
            try await transport.send(HTTPRequest(method: .get, url: peer.url()))
        }
        print(error as Any, ContinuousClock.now - clock)
        #expect(error?.partialResponse?.body.count == 4 << 20)
    }

    @Test func cancel() async throws {
        let peer = try LoopbackPeer { connection, _ in
            connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
            connection.hold()
        }
        let task = Task { try await transport.send(HTTPRequest(method: .get, url: peer.url())) }
        try await Task.sleep(for: .milliseconds(100))
        let clock = ContinuousClock.now
        task.cancel()
        let error = await #expect(throws: NetworkFailure.self) { try await task.value }
        print(error as Any, error?.partialResponse as Any, ContinuousClock.now - clock)
    }

    @Test func refused() async throws {
        let port = try LoopbackPeer.refusedPort()
        let error = await #expect(throws: NetworkFailure.self) {
            try await transport.send(HTTPRequest(method: .get, url: URL(string: "http://127.0.0.1:\(port)/")!))
        }
        #expect(error?.reason == .connectionRefused)
    }
}
