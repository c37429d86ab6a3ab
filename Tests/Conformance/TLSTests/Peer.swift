import Foundation
import Testing

/// A server that `Tests/Conformance/tls` started, and what it has seen so far.
struct Peer: Decodable {
    /// What a peer noted: a line of its journal.
    struct Event: Decodable {
        var event: String
        var `protocol`: String?
        var headers: [String: String]?
    }

    var url: URL
    private var journal: String

    /// Every peer, by HTTP version, fault and call.
    static func all() throws -> [String: [String: [String: Peer]]] {
        let path = try #require(ProcessInfo.processInfo.environment["APIKEYS_TLS_PEERS"])
        return try JSONDecoder().decode(
            [String: [String: [String: Peer]]].self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    }

    /// The peer that plays a fault for one call.
    static func playing(_ fault: String, over version: HTTPVersion, for call: TeamKeyCall) throws -> Peer {
        try #require(try all()[version.rawValue]?[fault]?[call.rawValue], "no peer plays \(fault) over \(version)")
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

/// A version of HTTP, by its name in ALPN.
enum HTTPVersion: String, CaseIterable {
    case http1 = "http/1.1"
    case http2 = "h2"
}
