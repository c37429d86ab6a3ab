import APIKeys
import APIKeysCurl
import Foundation
import Testing

/// A server that `Tests/TLS/run` started, and what it has seen so far.
struct Peer: Decodable {
    /// What a peer noted: a line of its journal.
    struct Event: Decodable {
        var event: String
        var `protocol`: String?
        var headers: [String: String]?
        var resumed: Bool?
    }

    var url: URL
    private var journal: String

    /// Every peer, by HTTP version, fault and call.
    static func all() throws -> [String: [String: [String: Peer]]] {
        let path = try #require(ProcessInfo.processInfo.environment["APIKEYS_TLS_PEERS"])
        return try JSONDecoder().decode(
            [String: [String: [String: Peer]]].self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    }

    /// The peer that plays a fault for one call over one transport.
    static func playing(
        _ fault: String, over version: HTTPVersion, for call: TeamKeyCall, over carrier: Carrier = .urlSession
    ) throws -> Peer {
        let peers = try all()[version.rawValue]?[fault]
        return try #require(peers?["\(call) over \(carrier.rawValue)"], "no peer plays \(fault) over \(version)")
    }

    /// A file that the script put beside the peers' own: the authority `ca.pem`, `client.pem` and the like.
    static func file(_ name: String) throws -> String {
        let path = try #require(ProcessInfo.processInfo.environment["APIKEYS_TLS_PEERS"])
        return URL(fileURLWithPath: path).deletingLastPathComponent().appending(path: name).path
    }

    func events(_ name: String) throws -> [Event] {
        try String(contentsOfFile: journal, encoding: .utf8).split(separator: "\n")
            .map { try JSONDecoder().decode(Event.self, from: Data($0.utf8)) }.filter { $0.event == name }
    }

    /// Waits until the peer has noted something.
    func wait(for name: String) async throws {
        for _ in 0..<500 {
            if try !events(name).isEmpty { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        Issue.record("the peer never noted \(name)")
    }
}

/// A transport, by the name that the peers have for it.
enum Carrier: String, CaseIterable {
    case urlSession = "URLSession"
    case curl = "libcurl"

    /// The one of the process. libcurl is given the authority; `URLSession` finds it where the system's are.
    func transport() throws -> any HTTPTransport {
        switch self {
        case .urlSession: URLSessionTransport.shared
        case .curl: try CurlTransport(options: .init(certificateAuthorityFile: try Peer.file("ca.pem")))
        }
    }
}

/// A version of HTTP, by its name in ALPN.
enum HTTPVersion: String, CaseIterable {
    case http1 = "http/1.1"
    case http2 = "h2"
}
