import APIKeys
import APIKeysTesting
import Foundation
import NekudaKeys
import Testing
import TestSupport

@Suite(.timeLimit(.minutes(5))) struct NekudaClientTests {
    // MARK: Every operation, byte for byte

    private static let url = "https://api.nekuda.ai/api/v2/api-keys"
    private static let credential = "Authorization: Bearer ey.hush"

    private static let createAPIKey = WireCase(
        "createAPIKey", "POST \(url)/", credential: credential, body: #"{"description":"for ci","name":"ci"}"#,
        status: 201, answer: Sample.createdText, returns: Sample.created, secret: \.privateKey,
        call: { try await Sample.client($0).createAPIKey(name: "ci", description: "for ci") })

    private static let all = [
        createAPIKey,
        WireCase(
            "createAPIKey, minimal", "POST \(url)/", credential: credential, body: #"{"name":"ci"}"#, status: 200,
            answer: Sample.minimalCreatedText, returns: Sample.minimalCreated, secret: \.privateKey,
            call: { try await Sample.client($0).createAPIKey(name: "ci") }),
        WireCase(
            "apiKeys", "GET \(url)/", credential: credential,
            answer: "[\(Sample.keyText),\(Sample.minimalKeyText)]", returns: [Sample.key, Sample.minimalKey],
            call: { try await Sample.client($0).apiKeys() }),
        WireCase(
            "apiKeys, minimal", "GET \(url)/", credential: credential, answer: "[]", returns: [],
            call: { try await Sample.client($0).apiKeys() }),
        WireCase(
            "apiKey", "GET \(url)/k%2F1", credential: credential, answer: Sample.keyText, returns: Sample.key,
            call: { try await Sample.client($0).apiKey(id: "k/1") }),
        WireCase(
            "revokeAPIKey", "PUT \(url)/k%2F1/revoke", credential: credential, answer: Sample.revokedText,
            returns: Sample.revoked, call: { try await Sample.client($0).revokeAPIKey(id: "k/1") }),
        WireCase(
            "revokeAPIKey, minimal", "PUT \(url)/k/revoke", credential: credential, answer: Sample.minimalRevokedText,
            returns: Sample.minimalRevoked, call: { try await Sample.client($0).revokeAPIKey(id: "k") }),
    ]

    @Test(arguments: all)
    func aCallSendsAndReturnsWhatIsDocumented(call: WireCase) async throws {
        #expect(try await call.problems() == [])
    }

    @Test(arguments: all)
    func aChangedAnswerIsAValueOrAnErrorAndLosesNoSecret(call: WireCase) async throws {
        #expect(try await call.problemsWithChangedAnswers() == [])
    }

    @Test(arguments: [(204, ""), (200, #"{"ok":true}"#), (202, "gone")])
    func aDeletionTakesAnySuccess(status: Int, answer: String) async throws {
        let call = WireCase(
            "deleteAPIKey", "DELETE \(Self.url)/k%2F1", credential: Self.credential, status: status, answer: answer,
            returns: true
        ) {
            try await Sample.client($0).deleteAPIKey(id: "k/1")
            return true
        }
        #expect(try await call.problems() == [])
    }

    @Test func segmentsOfThePathAreEncoded() async {
        #expect(
            await problemsWithOddParameters("key_id", in: "\(Self.url)/*") {
                _ = try await Sample.client($0).apiKey(id: $1)
            } == [])
        #expect(
            await problemsWithOddParameters("key_id", in: "\(Self.url)/*/revoke") {
                try await Sample.client($0).revokeAPIKey(id: $1)
            } == [])
        #expect(
            await problemsWithOddParameters("key_id", in: "\(Self.url)/*") {
                try await Sample.client($0).deleteAPIKey(id: $1)
            } == [])
    }

    @Test func aDeletionThatWasDoneByAnEarlierAttemptIsASuccess() async throws {
        let transport = MockTransport(.json("{}", status: 503), .json("{}", status: 404))
        try await Sample.client(transport, retry: RetryPolicy(baseDelay: .zero)).deleteAPIKey(id: "k")
        #expect(transport.requests.count == 2)
    }

    // MARK: Limits

    @Test(arguments: [
        (0, 0, "name must have 1 to 100 characters; it has 0"),
        (101, 0, "name must have 1 to 100 characters; it has 101"),
        (1, 256, "description must have at most 255 characters; it has 256"),
    ])
    func aTextBeyondItsLimitIsNotSent(name: Int, description: Int, reason: String) async {
        #expect(
            await problemUnlessRefused(reason) {
                _ = try await Sample.client($0).createAPIKey(
                    name: String(repeating: "n", count: name), description: String(repeating: "d", count: description))
            } == nil)
    }

    @Test func aTextAtItsLimitIsSent() async throws {
        let client = Sample.client(MockTransport(.json(Sample.createdText), .json(Sample.createdText)))
        _ = try await client.createAPIKey(name: "n", description: "")
        _ = try await client.createAPIKey(
            name: String(repeating: "🔑", count: 100), description: String(repeating: "é", count: 255))
    }

    // MARK: Credentials

    @Test func aTokenThatASourceReplacesNeedsNoNewClient() async throws {
        let transport = MockTransport(.json("{}", status: 401), .json("[]"))
        _ = try await NekudaClient(token: Vault("ey.old", "ey.fresh"), transport: transport).apiKeys()
        #expect(transport.requests.map { $0.headers["Authorization"] } == ["Bearer ey.old", "Bearer ey.fresh"])
    }

    @Test func aClientIsMadeFromTheEnvironment() async throws {
        let transport = MockTransport(.json("[]"))
        let variables = ["NEKUDA_TOKEN": "ey.hush", "NEKUDA_BASE_URL": "https://staging-api.nekuda.ai"]
        _ = try await NekudaClient(processEnvironment: variables, transport: transport).apiKeys()
        #expect(transport.requests.first?.url.absoluteString == "https://staging-api.nekuda.ai/api/v2/api-keys/")
        #expect(transport.requests.first?.headers["Authorization"] == "Bearer ey.hush")
    }

    @Test(arguments: [
        ([:], "NEKUDA_TOKEN"), (["NEKUDA_TOKEN": "Bearer hush"], "NEKUDA_TOKEN"),
        (["NEKUDA_TOKEN": "t", "NEKUDA_BASE_URL": "https://hush@example.com"], "NEKUDA_BASE_URL"),
    ])
    func aBadVariableIsNamedAndNotShown(variables: [String: String], name: String) async {
        let error = await thrownError {
            _ = try NekudaClient(processEnvironment: variables, transport: MockTransport())
        }
        #expect(error?.outcome == .notProcessed)
        #expect(error?.description.contains("environment variable \(name) ") == true)
        #expect(error?.description.contains("hush") == false)
    }
}
