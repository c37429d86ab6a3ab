import APIKeys
import APIKeysCurl
import Foundation
import TestSupport
import Testing

/// libcurl sends a request again by itself if a kept connection dies before it has brought the first line of a response.
/// Over HTTP/2 there are more such cases: Tests/Conformance/tls plays those.
@Suite(.needsLibcurl, .timeLimit(.minutes(1))) struct OneRequestTests {
    private let kept = CurlTransport.Options(postConnections: .kept)

    /// What the peer sends before it closes a connection on which it has answered before, and the outcome of a create.
    private static let cuts: [(String, APIError.Outcome)] = [
        ("", .unknown), ("HTTP/1.1 20", .unknown), ("HTTP/1.1 200 OK\r\n", .processed),
        ("HTTP/1.1 200 OK\r\nContent-Le", .processed),
    ]

    @Test(arguments: cuts, [true, false])
    func aCreateOnADyingConnectionIsSentOnce(
        _ cut: (text: String, outcome: APIError.Outcome), _ isReset: Bool
    ) async throws {
        let peer = try dyingPeer(after: cut.text, isReset: isReset)
        let transport = try CurlTransport(options: kept)
        #expect(await FaultCall(.read, peer.url(), over: transport).end == .success())
        let call = await FaultCall(.create, peer.url(), over: transport)
        #expect(call.end == .failure("network", cut.outcome), "\(call.comment)")
        #expect(peer.requests.count { $0.hasPrefix("POST") } == 1)
        #expect(peer.requests.count == 2)
    }

    /// The same with a read, to prove that libcurl does repeat on a connection like that.
    @Test func aReadOnADyingConnectionIsRepeatedByLibcurl() async throws {
        let peer = try dyingPeer(after: "", isReset: false)
        let transport = try CurlTransport(options: kept)
        #expect(await FaultCall(.read, peer.url(), over: transport).end == .success())
        let call = await FaultCall(.read, peer.url(), over: transport, retry: .never)
        #expect(call.end == .success())
        #expect(peer.requests.count == 3)
        #expect(peer.connectionCount == 2)
    }

    /// Methods that are not safe but idempotent are repeated too, by the call: its second attempt.
    @Test func aDeleteOnADyingConnectionIsRepeatedByTheCall() async throws {
        let peer = try dyingPeer(after: "", isReset: false)
        let transport = try CurlTransport(options: kept)
        #expect(await FaultCall(.read, peer.url(), over: transport).end == .success())
        let call = await FaultCall(.idempotent, peer.url(), over: transport)
        #expect(call.end == .success(after: 2))
    }

    @Test func aCreateHasAConnectionOfItsOwn() async throws {
        let peer = try answeringPeer()
        let transport = try CurlTransport()
        #expect(await FaultCall(.read, peer.url(), over: transport).end == .success())
        for _ in 0..<2 { #expect(await FaultCall(.create, peer.url(), over: transport).end == .success()) }
        #expect(await FaultCall(.read, peer.url(), over: transport).end == .success())
        #expect(peer.connectionCount == 3)
    }

    @Test func aKeptConnectionCarriesACreateForASecond() async throws {
        let peer = try answeringPeer()
        let transport = try CurlTransport(options: kept)
        for safety in [Safety.read, .create, .create] {
            #expect(await FaultCall(safety, peer.url(), over: transport).end == .success())
        }
        let connections = peer.connectionCount
        // libcurl's clock is the system's.
        try await Task.sleep(for: .milliseconds(1100))
        #expect(await FaultCall(.create, peer.url(), over: transport).end == .success())
        #expect(connections == 1)
        #expect(peer.connectionCount == 2)
    }

    /// A libcurl that does not ask before it sends: neither may it send twice, nor does anybody know what it sent.
    @Test func withoutTheHookACreateHasAConnectionOfItsOwn() async throws {
        let peer = try dyingPeer(after: "", isReset: false)
        let transport = try CurlTransport(options: kept, without: .requestHook)
        for safety in [Safety.read, .create] {
            #expect(await FaultCall(safety, peer.url(), over: transport).end == .success())
        }
        #expect(peer.connectionCount == 2)
        #expect(peer.requests.count == 2)
    }

    @Test func withoutTheHookNothingIsProven() async throws {
        let url = try #require(URL(string: "http://127.0.0.1:\(try LoopbackPeer.refusedPort())"))
        let call = await FaultCall(.create, url, over: try CurlTransport(options: kept, without: .requestHook))
        #expect(call.end == .failure("network", .unknown))
    }

    /// Answers a first request. The second one on the same connection gets what is given, and the connection's end.
    private func dyingPeer(after text: String, isReset: Bool) throws -> LoopbackPeer {
        try LoopbackPeer { connection, index in
            while connection.readRequest() != nil {
                if index > 0 || connection.requests.count == 1 {
                    connection.send(Fault.success)
                    continue
                }
                connection.send(text)
                connection.waitUntilReceived()
                return isReset ? connection.reset() : ()
            }
        }
    }

    private func answeringPeer() throws -> LoopbackPeer {
        try LoopbackPeer { connection, _ in
            while connection.readRequest() != nil { connection.send(Fault.success) }
        }
    }
}
