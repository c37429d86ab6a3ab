import APIKeys
import APIKeysTesting
import Foundation
import BasetenKeys
import Testing
import TestSupport

@Suite(.timeLimit(.minutes(5))) struct BasetenClientTests {
    @Test func aClientIsMadeFromTheEnvironment() async throws {
        let transport = MockTransport(.json(#"{"prefix":"p"}"#))
        let variables = ["BASETEN_API_KEY": "mine.hush", "BASETEN_BASE_URL": "https://example.com/b/"]
        let client = try BasetenClient(processEnvironment: variables, authorization: .bearer, transport: transport)
        try await client.deleteAPIKey(prefix: "p")
        #expect(transport.requests.first?.url.absoluteString == "https://example.com/b/v1/api_keys/p")
        #expect(transport.requests.first?.headers["Authorization"] == "Bearer mine.hush")
    }

    @Test(arguments: [
        ([:], "BASETEN_API_KEY"), (["BASETEN_API_KEY": "Api-Key hush"], "BASETEN_API_KEY"),
        (["BASETEN_API_KEY": "k", "BASETEN_BASE_URL": "ftp://hush"], "BASETEN_BASE_URL"),
    ])
    func aBadVariableIsNamedAndNotShown(variables: [String: String], name: String) async {
        let error = await thrownError {
            _ = try BasetenClient(processEnvironment: variables, transport: MockTransport())
        }
        #expect(error?.outcome == .notProcessed)
        #expect(error?.description.hasPrefix("Baseten.") == true)
        #expect(error?.description.contains("environment variable \(name) ") == true)
        #expect(error?.description.contains("hush") == false)
    }

    @Test func aKeyThatAVaultRotatesNeedsNoNewClient() async throws {
        let transport = MockTransport(.json("{}", status: 401), .json(#"{"teams":[]}"#))
        let vault = Vault("old.hush", "new.hush")
        _ = try await BasetenClient(apiKey: vault, authorization: .bearer, transport: transport).teams()
        #expect(transport.requests.map { $0.headers["Authorization"] } == ["Bearer old.hush", "Bearer new.hush"])
    }

    @Test(arguments: [
        Baseten.APIKeyCategory.personal, .workspaceManageAll, .workspaceManageAPIKeys, .routes, .init(rawValue: "NEW"),
    ])
    func modelsGoWithTwoTypesOnly(type: Baseten.APIKeyCategory) async {
        let reason = "model_ids must go with the type WORKSPACE_EXPORT_METRICS or WORKSPACE_INVOKE only"
        #expect(
            await problemUnlessRefused(reason) {
                _ = try await Sample.client($0).createAPIKey(type: type, modelIDs: ["m"])
            } == nil)
        #expect(
            await problemUnlessRefused(reason) {
                _ = try await Sample.client($0).createTeamAPIKey(teamID: "t", type: type, modelIDs: [])
            } == nil)
    }

    @Test func anEmptyTeamIsNotSent() async {
        #expect(
            await problemUnlessRefused("team_id must have at least 1 character; it has 0") {
                _ = try await Sample.client($0).createAPIKey(type: .personal, teamID: "")
            } == nil)
    }

    @Test func aDeletionThatWasDoneByAnEarlierAttemptIsASuccess() async throws {
        let transport = MockTransport(.json("{}", status: 503), .json("{}", status: 404))
        let client = Sample.client(transport, retry: RetryPolicy(baseDelay: .zero))
        #expect(try await client.deleteAPIKey(prefix: "abcd") == "abcd")
        #expect(transport.requests.count == 2)
    }
}
