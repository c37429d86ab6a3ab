import APIKeys
import APIKeysCurl
import Foundation
import TestSupport
import Testing

/// Whom `CurlTransport` trusts, and how it uses TLS.
@Suite(.serialized, .timeLimit(.minutes(5))) struct CurlTLSTests {
    private let peer: Peer

    init() throws {
        peer = try Peer.playing("options", over: .http1, for: .create, over: .curl)
    }

    @Test(arguments: [false, true]) func theSystemsAuthoritiesAreTrusted(_ isOld: Bool) async throws {
        let transport = try CurlTransport(options: .init(), without: isOld ? [.authorityFile, .protocolNames] : [])
        #expect(try await transport.send(create(peer)).status == 200)
    }

    @Test func anAuthorityFileStandsInForTheSystems() async throws {
        let options = CurlTransport.Options(certificateAuthorityFile: try Peer.file("client.pem"))
        let failure = try await failure(options)
        #expect(failure == NetworkFailure(reason: .secureConnectionFailed, code: 60, nothingWasSent: true))
    }

    @Test func aPinnedKeyIsTrusted() async throws {
        let pin = try String(contentsOfFile: try Peer.file("trusted.pin"), encoding: .utf8)
        let transport = try CurlTransport(options: trusting { $0.pinnedPublicKeys = [Self.otherPin, pin] })
        // The second handshake resumes the session of the first one.
        for _ in 0..<2 { #expect(try await transport.send(create(peer)).status == 200) }
    }

    @Test func anotherKeyThanThePinnedOneIsRefused() async throws {
        // A session that could be resumed.
        _ = try await CurlTransport(options: trusting { _ in }).send(create(peer))
        let before = try peer.events("request").count
        for _ in 0..<2 {
            let failure = try await failure(try trusting { $0.pinnedPublicKeys = [Self.otherPin] })
            #expect(failure == NetworkFailure(reason: .secureConnectionFailed, code: 90, nothingWasSent: true))
        }
        #expect(try peer.events("request").count == before)
    }

    @Test func aClientCertificateIsShown() async throws {
        let asking = try Peer.playing("client certificate", over: .http1, for: .create, over: .curl)
        for files in [("client.pem", "client-key.pem"), ("client-both.pem", nil)] {
            let transport = try CurlTransport(
                options: trusting {
                    $0.clientCertificateFile = try Peer.file(files.0)
                    $0.clientKeyFile = try files.1.map { try Peer.file($0) }
                })
            #expect(try await transport.send(create(asking)).status == 200)
        }
        #expect(try asking.events("request").count == 2)
    }

    /// In TLS 1.3 the server refuses when the client has begun to send.
    @Test func withoutAClientCertificateTheServerRefuses() async throws {
        let asking = try Peer.playing("client certificate", over: .http1, for: .read, over: .curl)
        let failure = try await failure(try trusting { _ in }, asking)
        #expect(failure?.reason == .connectionLost)
        #expect(failure?.nothingWasSent == false)
        #expect(try asking.events("request").isEmpty)
    }

    @Test func aClientCertificateThatIsNoneIsRefused() async throws {
        let failure = try await failure(try trusting { $0.clientCertificateFile = try Peer.file("trusted.pin") })
        #expect(failure == NetworkFailure(reason: .secureConnectionFailed, code: 58, nothingWasSent: true))
    }

    @Test func sessionsAreResumed() async throws {
        let transport = try CurlTransport(options: trusting { _ in })
        let before = try peer.events("handshake").count
        for _ in 0..<10 { #expect(try await transport.send(create(peer)).status == 200) }
        let handshakes = try peer.events("handshake").dropFirst(before)
        #expect(handshakes.count == 10)
        #expect(handshakes.count { $0.resumed == true } >= 8)
    }

    @Test func theVersionOfHTTPCanBeChosen() async throws {
        let peer = try Peer.playing("options", over: .http2, for: .create, over: .curl)
        let old = try CurlTransport(options: trusting { _ in }, without: .requestHook)
        let get = HTTPRequest(method: .get, url: peer.url, headers: ["Accept": "*/*"])
        _ = try await CurlTransport(options: trusting { _ in }).send(create(peer))
        _ = try await CurlTransport(options: trusting { $0.allowsHTTP2 = false }).send(create(peer))
        _ = try await CurlTransport(options: trusting { _ in }).send(get)
        _ = try await CurlTransport(options: trusting { $0.allowsHTTP2 = false }).send(get)
        // Over HTTP/2, libcurl would send a refused stream again.
        _ = try await old.send(create(peer))
        _ = try await old.send(HTTPRequest(method: .delete, url: peer.url))
        _ = try await old.send(get)
        let versions = ["http/1.1", "http/1.1", "h2", "http/1.1", "http/1.1", "http/1.1", "h2"]
        #expect(try peer.events("request").map(\.protocol) == versions)
    }

    /// Creates over kept connections, which speak HTTP/1.1 also to a server that offers HTTP/2.
    @Test func keptConnectionsCarryManyCreates() async throws {
        let peer = try Peer.playing("options", over: .http2, for: .read, over: .curl)
        let transport = try CurlTransport(options: trusting { $0.postConnections = .kept })
        for _ in 0..<20 { #expect(try await transport.send(create(peer)).status == 200) }
        #expect(try peer.events("handshake").count == 1)
        #expect(try peer.events("whole request").count == 20)
        #expect(try peer.events("request").allSatisfy { $0.protocol == "http/1.1" })
    }

    private static let otherPin = "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

    private func failure(_ options: CurlTransport.Options, _ peer: Peer? = nil) async throws -> NetworkFailure? {
        let request = create(peer ?? self.peer)
        return await #expect(throws: NetworkFailure.self) { try await CurlTransport(options: options).send(request) }
    }
}

/// A request that creates.
func create(_ peer: Peer) -> HTTPRequest {
    HTTPRequest(
        method: .post, url: peer.url, headers: ["Content-Type": "application/json", "Accept": "application/json"],
        body: Data("{}".utf8), timeout: .seconds(10))
}

/// Options with the peers' authority.
func trusting(_ change: (inout CurlTransport.Options) throws -> Void) throws -> CurlTransport.Options {
    var options = CurlTransport.Options(certificateAuthorityFile: try Peer.file("ca.pem"))
    try change(&options)
    return options
}
