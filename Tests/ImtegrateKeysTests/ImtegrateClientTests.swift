import APIKeysTesting
import Foundation
import ImtegrateKeys
import Testing
import TestSupport

@Suite(.timeLimit(.minutes(5))) struct ImtegrateClientTests {
    // MARK: Every operation, byte for byte

    private static let url = "https://api.imtegrate.com/v1/api-keys"
    private static let credential = "Authorization: Bearer ik_live_hush"

    private static let createAPIKey = WireCase(
        "createAPIKey", "POST \(url)", credential: credential,
        body: #"{"env":"live","name":"ci","scopes":["a:read","b"]}"#, status: 201,
        answer: Sample.createdText, returns: Sample.created, secret: \.token,
        call: { try await Sample.client($0).createAPIKey(name: "ci", scopes: ["a:read", "b"], environment: .live) })

    private static let all = [
        createAPIKey,
        WireCase(
            "createAPIKey, minimal", "POST \(url)", credential: credential, body: #"{"name":"ci"}"#, status: 200,
            answer: Sample.minimalCreatedText, returns: Sample.minimalCreated, secret: \.token,
            call: { try await Sample.client($0).createAPIKey(name: "ci") }),
        WireCase(
            "apiKeys", "GET \(url)", credential: credential,
            answer: "[\(Sample.keyText),\(Sample.minimalKeyText)]", returns: [Sample.key, Sample.minimalKey],
            call: { try await Sample.client($0).apiKeys() }),
        WireCase(
            "apiKeys without a credential", "GET \(url)", credential: nil, answer: "[]", returns: [],
            call: { try await Sample.client($0, token: nil).apiKeys() }),
    ]

    @Test(arguments: all)
    func aCallSendsAndReturnsWhatIsDocumented(call: WireCase) async throws {
        #expect(try await call.problems() == [])
    }

    @Test(arguments: all)
    func aChangedAnswerIsAValueOrAnErrorAndLosesNoSecret(call: WireCase) async throws {
        #expect(try await call.problemsWithChangedAnswers() == [])
    }

    // MARK: Limits

    @Test(arguments: [(0, "0"), (1, "1"), (121, "121")])
    func aNameBeyondItsLimitsIsNotSent(count: Int, found: String) async {
        let name = String(repeating: "n", count: count)
        #expect(
            await problemUnlessRefused("name must have 2 to 120 characters; it has \(found)") {
                _ = try await Sample.client($0).createAPIKey(name: name)
            } == nil)
    }

    @Test(arguments: ["ci", "e\u{301}", String(repeating: "🔑", count: 120)])
    func aNameAtItsLimitsIsSent(name: String) async throws {
        let transport = MockTransport(.json(Sample.createdText, status: 201))
        _ = try await Sample.client(transport).createAPIKey(name: name)
        #expect(transport.requests.count == 1)
    }

    @Test(arguments: ["", "prod", "Test", "test\n"])
    func anEnvironmentOfAnotherNameIsNotSent(name: String) async {
        #expect(
            await problemUnlessRefused("env must be test or live") {
                _ = try await Sample.client($0).createAPIKey(name: "ci", environment: .init(rawValue: name))
            } == nil)
    }

    // MARK: Environment variables

    @Test func aClientIsMadeFromTheEnvironment() async throws {
        let transport = MockTransport(.json("[]"), .json("[]"))
        let variables = ["IMTEGRATE_API_KEY": "ik_test_hush", "IMTEGRATE_BASE_URL": "http://localhost:8080"]
        _ = try await ImtegrateClient(processEnvironment: variables, transport: transport).apiKeys()
        _ = try await ImtegrateClient(processEnvironment: [:], transport: transport).apiKeys()
        #expect(
            transport.requests.map(\.url.absoluteString) == ["http://localhost:8080/v1/api-keys", Self.url])
        #expect(transport.requests.map { $0.headers["Authorization"] } == ["Bearer ik_test_hush", nil])
    }

    @Test(arguments: [
        (["IMTEGRATE_API_KEY": ""], "IMTEGRATE_API_KEY"), (["IMTEGRATE_API_KEY": "'hush'"], "IMTEGRATE_API_KEY"),
        (["IMTEGRATE_BASE_URL": "http://hush.example"], "IMTEGRATE_BASE_URL"),
    ])
    func aBadVariableIsNamedAndNotShown(variables: [String: String], name: String) async {
        let error = await thrownError {
            _ = try ImtegrateClient(processEnvironment: variables, transport: MockTransport())
        }
        #expect(error?.outcome == .notProcessed)
        #expect(error?.description.contains("environment variable \(name) ") == true)
        #expect(error?.description.contains("hush") == false)
    }

    @Test func aTokenThatAVaultRotatesNeedsNoNewClient() async throws {
        let transport = MockTransport(.json("{}", status: 401), .json("[]"))
        _ = try await ImtegrateClient(token: Vault("ik_live_1", "ik_live_2"), transport: transport).apiKeys()
        #expect(transport.requests.map { $0.headers["Authorization"] } == ["Bearer ik_live_1", "Bearer ik_live_2"])
    }
}
