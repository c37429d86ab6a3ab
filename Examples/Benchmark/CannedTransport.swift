import APIKeys
import Foundation

/// Answers at once, from memory, with one team API key: what a call then costs is the SDK's own.
struct CannedTransport: HTTPTransport {
    private let answer = HTTPResponse(
        status: 200, headers: ["Content-Type": "application/json", "X-Request-ID": "7f9c2ba4e88f827d"],
        body: Data(
            #"""
            {"id":"3c90c3cc-0d44-4b50-8888-8dd25736052a","label":"benchmark","value":"sk_us_6f1c2f0e9b7a4d53",\#
            "team_id":"5f0c2f9e-6b1d-4c1a-9d0e-0f2f6a3b7c11","created_at":"2026-01-01T00:00:00.123456Z"}
            """#.utf8))

    func send(_ request: HTTPRequest) async throws -> HTTPResponse { answer }
}
