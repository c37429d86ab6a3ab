import APIKeys
import APIKeysCurl
import Foundation
import TestSupport
import Testing

/// `CurlTransport` through a real proxy (proxy.py), which wants a user and a password and is reached in clear or by
/// TLS.
@Suite(.serialized, .timeLimit(.minutes(5))) struct CurlProxyTests {
    @Test(arguments: ["http", "https"]) func httpsIsTunnelled(_ scheme: String) async throws {
        let peer = try Peer.playing("options", over: .http1, for: .read, over: .curl)
        let proxy = try Self.proxy(scheme)
        let before = try peer.events("whole request").count
        let transport = try CurlTransport(options: trusting { $0.proxy = proxy })
        for _ in 0..<2 { #expect(try await transport.send(create(peer)).status == 200) }
        #expect(try peer.events("whole request").count == before + 2)
        let port = try #require(peer.url.port)
        #expect(try await Self.log(of: scheme, holds: "CONNECT 127.0.0.1:\(port)"))
    }

    @Test func plainHTTPToAnotherMachineGoesThroughTheProxy() async throws {
        let server = try LoopbackPeer { connection, _ in
            connection.readRequest()
            connection.send(Fault.success)
        }
        let proxy = try Self.proxy("http")
        let transport = try CurlTransport(options: .init(proxy: proxy))
        // A name that is 127.0.0.1 to the proxy, and nothing to the transport.
        let request = HTTPRequest(method: .get, url: server.url("/x", host: "server.test"))
        #expect(try await transport.send(request).status == 200)
        #expect(server.requests.first?.contains("password") == false)
        #expect(try await Self.log(of: "http", holds: "GET server.test:\(server.port)/x"))
    }

    @Test func plainHTTPToThisMachineNeverDoes() async throws {
        let server = try LoopbackPeer { connection, _ in
            connection.readRequest()
            connection.send(Fault.success)
        }
        let dead = try LoopbackPeer.refusedPort()
        let transport = try CurlTransport(options: .init(proxy: "http://127.0.0.1:\(dead)"))
        #expect(try await transport.send(HTTPRequest(method: .get, url: server.url())).status == 200)
    }

    /// A proxy that does not let the request pass has not passed it on.
    @Test func whatTheProxyRefusesWasNotSent() async throws {
        let peer = try Peer.playing("options", over: .http1, for: .read, over: .curl)
        let before = try peer.events("connection").count
        let wrong = try Self.proxy("http").replacing("password", with: "wrong")
        for proxy in [wrong, "http://127.0.0.1:\(try LoopbackPeer.refusedPort())", "http://silent.invalid:1"] {
            let transport = try CurlTransport(options: trusting { $0.proxy = proxy })
            let failure = await #expect(throws: NetworkFailure.self) {
                var request = create(peer)
                request.timeout = .zero
                return try await transport.send(request)
            }
            #expect(failure?.nothingWasSent == true, "\(failure.map { "\($0)" } ?? "")")
        }
        #expect(try peer.events("connection").count == before)
    }

    #if compiler(>=6.2)
        @Test func theEnvironmentsProxyIsUsed() async throws {
            await #expect(processExitsWith: .success) {
                let proxy = try CurlProxyTests.proxy("http")
                setenv("https_proxy", proxy, 1)
                setenv("http_proxy", "http://127.0.0.1:\(try LoopbackPeer.refusedPort())", 1)
                let peer = try Peer.playing("options", over: .http2, for: .create, over: .urlSession)
                let transport = try CurlTransport(options: trusting { _ in })
                try #require(try await transport.send(create(peer)).status == 200)
                let port = try #require(peer.url.port)
                try #require(try await CurlProxyTests.log(of: "http", holds: "CONNECT 127.0.0.1:\(port)"))
                // Not for plain http to this machine.
                let server = try LoopbackPeer { connection, _ in
                    connection.readRequest()
                    connection.send(Fault.success)
                }
                try #require(try await transport.send(HTTPRequest(method: .get, url: server.url())).status == 200)
            }
        }
    #endif

    static func proxy(_ scheme: String) throws -> String {
        let port = try String(contentsOfFile: try Peer.file("\(scheme)-proxy.port"), encoding: .utf8)
        return "\(scheme)://user:password@127.0.0.1:\(port.trimmingCharacters(in: .whitespacesAndNewlines))"
    }

    /// Waits for a line of the proxy's log: it is written when a connection ends.
    static func log(of scheme: String, holds text: String) async throws -> Bool {
        for _ in 0..<500 {
            let log = try String(contentsOfFile: try Peer.file("\(scheme)-proxy.log"), encoding: .utf8)
            if log.contains(text) { return true }
            try await Task.sleep(for: .milliseconds(10))
        }
        return false
    }
}
