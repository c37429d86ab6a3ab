import APIKeysTesting
import Foundation
import ImtegrateKeys
import Testing

@Suite(.timeLimit(.minutes(5))) struct ImtegrateAPIKeyTests {
    private let imtegrate = ImtegrateFixture.client()

    @Test(
        arguments: [
            (nil, nil), ([], .test), (["profiles:read", "\u{1F511} \"x\"", "profiles:read"], .live),
        ] as [([String]?, Imtegrate.Environment?)])
    func aKeyIsCreatedAndListed(_ scopes: [String]?, _ environment: Imtegrate.Environment?) async throws {
        let name = Conformance.unique("Ünï \u{1F511}")
        let (key, response) = try await withResponseMetadata { () throws(APIError) in
            try await imtegrate.createAPIKey(name: name, scopes: scopes, environment: environment)
        }
        #expect(response?.status == 201)
        #expect(key.name == name)
        #expect(key.scopes == scopes ?? [])
        #expect(key.orgID == ImtegrateFixture.organization)
        #expect(key.environment == environment ?? .test)
        #expect(key.token.reveal().hasPrefix(key.prefix))
        #expect(key.lastUsedAt == nil && key.revokedAt == nil)
        #expect(abs(key.createdAt.timeIntervalSinceNow) < 600)
        #expect(!"\(key)".contains(key.token.reveal()))
        #expect(try await imtegrate.apiKeys().filter { $0.id == key.id } == [key.apiKey])
    }

    @Test func aCallWithoutACredentialIsAccepted() async throws {
        let transport = Conformance.recorder()
        let client = ImtegrateFixture.client(token: nil, transport: transport)
        let key = try await client.createAPIKey(name: Conformance.unique())
        #expect(try await client.apiKeys().contains(key.apiKey))
        #expect(transport.requests.map { $0.headers["Authorization"] } == [nil, nil])
    }

    @Test(arguments: [Imtegrate.Environment.test, .live])
    func aCreatedTokenIsACredential(_ environment: Imtegrate.Environment) async throws {
        let key = try await imtegrate.createAPIKey(name: Conformance.unique(), environment: environment)
        let client = ImtegrateFixture.client(token: key.token)
        let second = try await client.createAPIKey(name: Conformance.unique())
        #expect(try await client.apiKeys().contains(second.apiKey))
    }

    @Test func aKeyInUseAndARevokedOneAreListed() async throws {
        let keys = try await imtegrate.apiKeys()
        let (used, revoked) = (keys[0], keys[1])
        #expect(used.name == "seeded in use" && used.scopes == ["profiles:read", "profiles:write"])
        #expect(used.revokedAt == nil)
        #expect(try #require(used.lastUsedAt) >= used.createdAt)
        #expect(revoked.name == "seeded revoked" && revoked.scopes.isEmpty)
        #expect(revoked.lastUsedAt == nil)
        let age = revoked.createdAt.timeIntervalSince(try #require(revoked.revokedAt))
        #expect(abs(age - 86_400) < 60)
    }

    @Test(arguments: Limit.lengths(2...120))
    func aNameHas2To120Scalars(_ limit: Limit) async throws {
        try await limit.check(
            "name", success: 201,
            raw: { try await Conformance.send("POST /v1/api-keys", ImtegrateFixture.headers, ["name": $0]) },
            call: { transport throws(APIError) in
                limit.isEchoed(
                    try await ImtegrateFixture.client(transport: transport).createAPIKey(name: limit.value).name)
            })
    }

    @Test(arguments: Limit.choices(["test", "live"], problem: "string_pattern_mismatch"))
    func anEnvironmentIsOneOfTwo(_ limit: Limit) async throws {
        let environment = Imtegrate.Environment(rawValue: limit.value)
        try await limit.check(
            "env", success: 201,
            raw: {
                try await Conformance.send(
                    "POST /v1/api-keys", ImtegrateFixture.headers, ["name": .string("ci"), "env": $0])
            },
            call: { transport throws(APIError) in
                try await ImtegrateFixture.client(transport: transport)
                    .createAPIKey(name: "ci", environment: environment).environment == environment
            })
    }

    private static let path = "POST /v1/api-keys"

    @Test(
        arguments: [
            InvalidRequest(path, at: ["body"], "missing"),
            InvalidRequest(path, [:], at: ["body", "name"], "missing"),
            InvalidRequest(path, ["name": .null], at: ["body", "name"], "string_type"),
            InvalidRequest(path, ["name": .string("ci"), "scopes": .null], at: ["body", "scopes"], "list_type"),
            InvalidRequest(
                path, ["name": .string("ci"), "scopes": .array([.string("a"), .integer(1)])],
                at: ["body", "scopes", 1], "string_type"),
            InvalidRequest(path, ["name": .string("ci"), "env": .null], at: ["body", "env"], "string_type"),
        ])
    func whatTheSchemaRefusesIsRead(_ request: InvalidRequest) async throws {
        try await request.check(ImtegrateFixture.headers)
    }

    private static let calls = [
        NamedCall<ImtegrateClient>("createAPIKey") { client throws(APIError) in
            try await client.createAPIKey(name: "never")
        },
        NamedCall<ImtegrateClient>("apiKeys") { client throws(APIError) in try await client.apiKeys() },
    ]

    @Test(
        arguments: calls,
        [
            BadCredential(credential: Secret("ik_test_wrong"), status: 401, message: "invalid API key"),
            BadCredential(
                credential: Secret("ik_test_forbidden"), status: 403, message: "not allowed to manage API keys"),
        ])
    func aBadCredentialIsRefused(_ call: NamedCall<ImtegrateClient>, _ credential: BadCredential) async throws {
        try await credential.check(call) { ImtegrateFixture.client(token: $0) }
    }

    @Test func aClientIsMadeFromVariables() async throws {
        var variables = ["IMTEGRATE_BASE_URL": Conformance.baseURL.absoluteString]
        let bare = try ImtegrateClient(processEnvironment: variables, configuration: .init(retry: .never))
        #expect(try await bare.apiKeys().isEmpty == false)
        variables["IMTEGRATE_API_KEY"] = "ik_test_forbidden"
        let client = try ImtegrateClient(processEnvironment: variables, configuration: .init(retry: .never))
        let error = try await Conformance.failure { () throws(APIError) in try await client.apiKeys() }
        #expect(error.kind == .forbidden)
    }
}
