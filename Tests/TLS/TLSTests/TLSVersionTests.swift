import Foundation
import JunctionKeys
import Testing

/// What is on the wire when all is well.
@Suite(.serialized, .timeLimit(.minutes(5))) struct TLSVersionTests {
    @Test(arguments: TeamKeyCall.allCases)
    func anHTTP1CreateAsksForTheEndOfItsConnection(_ call: TeamKeyCall) async throws {
        let (peer, requests) = try await callTwice(call, over: .http1)
        #expect(requests.allSatisfy { ($0.headers?["connection"] == "close") == (call == .create) })
        if call == .create { #expect(try peer.events("handshake").count == 2) }
    }

    @Test(arguments: TeamKeyCall.allCases)
    func anHTTP2ConnectionIsKept(_ call: TeamKeyCall) async throws {
        let (peer, requests) = try await callTwice(call, over: .http2)
        #expect(requests.allSatisfy { $0.headers?["connection"] == nil })
        #expect(try peer.events("handshake").count == 1)
    }

    private func callTwice(_ call: TeamKeyCall, over version: HTTPVersion) async throws -> (Peer, [Peer.Event]) {
        let peer = try Peer.playing("versions", over: version, for: call)
        for _ in 0..<2 { #expect(await call.run(peer).kind == "success") }
        let requests = try peer.events("request")
        #expect(requests.count == 2)
        #expect(requests.allSatisfy { $0.protocol == version.rawValue })
        #expect(requests.allSatisfy { $0.headers?["x-management-key"] == "mg_tls" })
        #expect(try peer.events("handshake").allSatisfy { $0.protocol == version.rawValue })
        return (peer, requests)
    }
}
