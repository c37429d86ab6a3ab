import APIKeys
import APIKeysSandbox
import APIKeysTesting
import Foundation
import Testing

@Suite(.timeLimit(.minutes(5))) struct LoopbackServerAddressTests {
    static let hasIPv6 = (try? LoopbackServer(MockTransport { _ in HTTPResponse(status: 204) }, host: "::1")) != nil

    /// What a request to a port of an address is answered with.
    private func status(_ host: String, _ server: LoopbackServer) async throws -> Int? {
        let port = UInt16(try #require(server.baseURL.port))
        return try await offPool {
            let client = try RawClient(host: host, port: port)
            try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            return try client.response()?.status
        }
    }

    private func server(_ host: String) throws -> LoopbackServer {
        try LoopbackServer(MockTransport { _ in HTTPResponse(status: 299) }, host: host)
    }

    @Test(.enabled(if: hasIPv6, "needs IPv6")) func anAddressOfEitherFamily() async throws {
        for (host, name) in [("::1", "[::1]"), ("127.0.0.1", "127.0.0.1")] {
            let server = try server(host)
            #expect(server.baseURL.absoluteString == "http://\(name):\(server.baseURL.port ?? 0)")
            #expect(try await status(host, server) == 299)
            await server.stop()
        }
    }

    @Test(.enabled(if: hasIPv6, "needs IPv6"), arguments: ["localhost", "::"])
    func bothFamilies(_ host: String) async throws {
        let server = try server(host)
        #expect(server.baseURL.host() == (host == "::" ? "::1" : host))
        for address in ["127.0.0.1", "::1"] { #expect(try await status(address, server) == 299) }
        await server.stop()
    }

    @Test func localhostTakesThePortThatIsAskedFor() async throws {
        let first = try server("localhost")
        let port = UInt16(try #require(first.baseURL.port))
        let taken = #expect(throws: LoopbackServer.BindFailure.self) {
            try LoopbackServer(MockTransport { _ in HTTPResponse(status: 204) }, host: "localhost", port: port)
        }
        #expect(taken?.call == "bind" && taken?.port == port)
        await first.stop()
        let second = try LoopbackServer(
            MockTransport { _ in HTTPResponse(status: 299) }, host: "localhost", port: port)
        #expect(try await status("127.0.0.1", second) == 299)
        await second.stop()
    }

    @Test(arguments: ["", "nowhere.example", "127.0.0.1:80", "1.2.3", "::1%", "[::1"])
    func aTextThatIsNoAddress(_ host: String) {
        let failure = #expect(throws: LoopbackServer.BindFailure.self) { try server(host) }
        #expect("\(failure.map(String.init(describing:)) ?? "")".contains("neither an IP address nor localhost"))
    }
}
