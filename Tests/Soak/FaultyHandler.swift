#if os(Linux)
    import APIKeys
    import APIKeysSandbox
    import Foundation
    import JunctionKeys

    /// Answers as Junction does, but for every tenth request, by chance, which meets a fault.
    struct FaultyHandler: HTTPTransport {
        private static let key = #"""
            {"id":"3c90c3cc-0d44-4b50-8888-8dd25736052a","label":"soak","value":"sk_us_1",
            "team_id":"3c90c3cc-0d44-4b50-8888-8dd25736052a","created_at":"2026-01-01T00:00:00Z"}
            """#

        func send(_ request: HTTPRequest) async throws -> HTTPResponse {
            let body = request.method == .post ? Self.key : #"{"api_keys":[\#(Self.key)],"next_cursor":null}"#
            let answer = HTTPResponse(
                status: 200, headers: ["Content-Type": "application/json"], body: Data(body.utf8))
            switch Int.random(in: 0..<60) {
            case 0: throw LoopbackServer.ConnectionDrop.withoutAnswer
            case 1: throw LoopbackServer.ConnectionDrop.reset
            case 2: throw LoopbackServer.ConnectionDrop.after(bodyBytes: 20, of: answer)
            case 3: return HTTPResponse(status: 503)
            case 4: return HTTPResponse(status: 401, headers: ["WWW-Authenticate": "Basic realm=x"])
            case 5:
                try await Task.sleep(for: .seconds(1))
                return answer
            default: return answer
            }
        }
    }
#endif
