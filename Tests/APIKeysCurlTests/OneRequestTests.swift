import APIKeys
import APIKeysCurl
import Foundation
import TestSupport
import Testing

/// libcurl sends a request again by itself if a kept connection dies before it has brought the first line of a
/// response. Over HTTP/2 there are more such cases: Tests/TLS/run plays those.
@Suite(.serialized, .needsLibcurl, .timeLimit(.minutes(5))) struct OneRequestTests {
    /// For a loop of its own: others' transfers would push a connection out of libcurl's small cache.
    private let kept = CurlTransport.Options(maximumConnectionsPerHost: 61, postConnections: .kept)

    /// What the peer sends before it closes a connection on which it has answered before, and the outcome of a create.
    private static let cuts: [(String, APIError.Outcome)] = [
        ("", .unknown), ("HTTP/1.1 20", .unknown), ("HTTP/1.1 200 OK\r\n", .processed),
        ("HTTP/1.1 200 OK\r\nContent-Le", .processed),
    ]

    @Test(arguments: cuts, [true, false])
    func aCreateOnADyingConnectionIsSentOnce(
        _ cut: (text: String, outcome: APIError.Outcome), _ isReset: Bool
    ) async throws {
        let (call, peer) = try await callOnADyingConnection(.create, after: cut.text, isReset: isReset)
        #expect(call.end == .failure("network", cut.outcome), "\(call.comment)")
        #expect(peer.requests.count { $0.hasPrefix("POST") } == 1)
        #expect(peer.requests.count == 2)
    }

    /// The same with a read, to prove that libcurl does repeat on a connection like that.
    @Test func aReadOnADyingConnectionIsRepeatedByLibcurl() async throws {
        let (call, peer) = try await callOnADyingConnection(.read)
        #expect(call.end == .success())
        #expect(peer.requests.count == 3)
        #expect(peer.connectionCount == 2)
    }

    /// Methods that are idempotent but not safe are repeated too, by the call: its second attempt.
    @Test func aDeleteOnADyingConnectionIsRepeatedByTheCall() async throws {
        let (call, _) = try await callOnADyingConnection(.idempotent)
        #expect(call.end == .success(after: 2))
    }

    /// Makes a call over a connection that has answered a read and dies of the next request.
    ///
    /// After a second without use the connection would not be taken: if a busy machine made the call that late, all is
    /// done once more.
    private func callOnADyingConnection(
        _ safety: Safety, after text: String = "", isReset: Bool = false
    ) async throws -> (FaultCall, LoopbackPeer) {
        let transport = try CurlTransport(options: kept)
        while true {
            let peer = try dyingPeer(after: text, isReset: isReset)
            let start = ContinuousClock.now
            #expect(await FaultCall(.read, peer.url(), over: transport).end == .success())
            let call = await FaultCall(safety, peer.url(), over: transport)
            if ContinuousClock.now - start < .milliseconds(900) { return (call, peer) }
            try Task.checkCancellation()
        }
    }

    @Test func aCreateHasAConnectionOfItsOwn() async throws {
        let peer = try answeringPeer()
        let transport = try CurlTransport()
        #expect(await FaultCall(.read, peer.url(), over: transport).end == .success())
        for _ in 0..<2 { #expect(await FaultCall(.create, peer.url(), over: transport).end == .success()) }
        #expect(await FaultCall(.read, peer.url(), over: transport).end == .success())
        // Four, if a busy machine lets a second pass: the first one is closed then.
        #expect(peer.connectionCount >= 3)
    }

    @Test func aKeptConnectionCarriesACreateForASecond() async throws {
        let peer = try answeringPeer()
        let transport = try CurlTransport(options: kept)
        let start = ContinuousClock.now
        for safety in [Safety.read, .create, .create] {
            #expect(await FaultCall(safety, peer.url(), over: transport).end == .success())
        }
        let connections = peer.connectionCount
        let isInTime = ContinuousClock.now - start < .milliseconds(900)
        // libcurl's clock is the system's.
        try await Task.sleep(for: .milliseconds(1100))
        #expect(await FaultCall(.create, peer.url(), over: transport).end == .success())
        if isInTime { #expect(connections == 1) }
        #expect(peer.connectionCount == connections + 1)
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
