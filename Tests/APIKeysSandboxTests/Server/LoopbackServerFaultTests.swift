import APIKeys
import APIKeysSandbox
import Foundation
import JunctionKeys
import Testing

/// The same faults over a real connection and the real transport.
@Suite(.timeLimit(.minutes(5))) struct LoopbackServerFaultTests {
    static let cases: [(fault: Sandbox.Fault, outcome: APIError.Outcome, keys: Int)] = [
        (.connectionRefused, .unknown, 0), (.droppedRequest, .unknown, 0), (.lostAnswer, .unknown, 1),
        (.cutBody(afterBytes: 20), .processed, 1), (.rateLimited(), .notProcessed, 0), (.serverError(), .unknown, 0),
        (.cutHead(afterBytes: 0), .unknown, 1), (.cutHead(afterBytes: 40), .unknown, 1),
        (.cutHead(afterBytes: .max), .unknown, 1),
        (.serverError(500, .afterProcessing), .unknown, 1), (.expiredCredential, .notProcessed, 0),
    ]

    @Test(arguments: cases.indices) func aCreate(_ index: Int) async throws {
        let test = Self.cases[index]
        let sandbox = Sandbox(seed: 11)
        let server = try LoopbackServer(sandbox)
        try sandbox.inject(test.fault, into: .operation("createTeamAPIKey"), .always)
        let configuration = ClientConfiguration(baseURL: server.baseURL, retry: .never)
        let client = sandbox.junctionClient(configuration: configuration, transport: URLSessionTransport.shared)
        let error = try await failure {
            try await client.createTeamAPIKey(
                label: "ci", teamID: sandbox.junction.teamID, environment: .production, region: .us)
        }
        #expect(error.outcome == test.outcome)
        #expect(sandbox.junction.teamAPIKeys.count == test.keys)
        #expect(try await client.teamAPIKeys(environment: .production, region: .us).all().count == test.keys)
        await server.stop()
    }

    @Test func allProvidersAreAtOneOrigin() async throws {
        let sandbox = Sandbox()
        let server = try LoopbackServer(sandbox)
        let base = server.baseURL.absoluteString
        for path in ["/v1/org/x/team", "/v1/teams", "/v1/api-keys", "/api/v2/api-keys/"] {
            let request = HTTPRequest(method: .get, url: try #require(URL(string: base + path)))
            let status = try await URLSessionTransport.shared.send(request).status
            #expect(status == (path == "/v1/api-keys" ? 200 : 401))
        }
        await server.stop()
    }
}
