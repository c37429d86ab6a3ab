import APIKeys
import APIKeysTesting
import Foundation
import NekudaKeys
import Testing

@Suite(.timeLimit(.minutes(5))) struct NekudaErrorTests {
    private static let all =
        NekudaAPIKeyTests.calls("key_full") + [
            NamedCall<NekudaClient>("createAPIKey") { client throws(APIError) in
                try await client.createAPIKey(name: "never")
            },
            NamedCall<NekudaClient>("apiKeys") { client throws(APIError) in try await client.apiKeys() },
        ]

    @Test(
        arguments: all,
        [
            BadCredential(credential: Secret("nekuda.wrong.jwt"), status: 401, message: "invalid or expired token"),
            BadCredential(credential: Secret("nekuda.forbidden.jwt"), status: 403, message: "insufficient permissions"),
        ])
    func aBadCredentialIsRefused(_ call: NamedCall<NekudaClient>, _ credential: BadCredential) async throws {
        try await credential.check(call) { NekudaFixture.client(token: $0) }
    }

    @Test(arguments: NekudaAPIKeyTests.calls("no such..\u{1F511} a+b?c#d%2F;e"))
    func anUnknownKeyIsNotFound(_ call: NamedCall<NekudaClient>) async throws {
        let error = try await call.error(from: NekudaFixture.client())
        #expect(error.kind == .notFound)
        #expect(error.message == "API key not found")
    }

    @Test(arguments: ["", ".", ".."].flatMap(NekudaAPIKeyTests.calls))
    func aSegmentThatNamesSomethingElseIsNotSent(_ call: NamedCall<NekudaClient>) async throws {
        let reason = try await Conformance.refusal { transport throws(APIError) in
            try await call.run(NekudaFixture.client(transport: transport))
        }
        #expect(reason.hasPrefix("key_id must not be "))
    }

    @Test(arguments: Limit.lengths(1...100))
    func aNameHas1To100Scalars(_ limit: Limit) async throws {
        try await limit.check(
            "name", success: 201, raw: { try await Self.create(["name": $0]) },
            call: { transport throws(APIError) in
                limit.isEchoed(
                    try await NekudaFixture.client(transport: transport).createAPIKey(name: limit.value).name)
            })
    }

    @Test(arguments: Limit.lengths(0...255))
    func aDescriptionHasAtMost255Scalars(_ limit: Limit) async throws {
        try await limit.check(
            "description", success: 201, raw: { try await Self.create(["description": $0]) },
            call: { transport throws(APIError) in
                limit.isEchoed(
                    try await NekudaFixture.client(transport: transport)
                        .createAPIKey(name: "limit", description: limit.value).description)
            })
    }

    private static let path = "POST /api/v2/api-keys/"

    @Test(
        arguments: [
            InvalidRequest(path, at: ["body"], "missing"),
            InvalidRequest(path, [:], at: ["body", "name"], "missing"),
            InvalidRequest(path, ["name": .null], at: ["body", "name"], "string_type"),
            InvalidRequest(
                path, ["name": .string("n"), "description": .integer(1)], at: ["body", "description"], "string_type"),
        ])
    func whatTheSchemaRefusesIsRead(_ request: InvalidRequest) async throws {
        try await request.check(NekudaFixture.headers)
    }

    /// A source whose first token has expired by the time it is used.
    private actor Tokens: CredentialSource {
        private(set) var rejected: [Secret] = []

        func credential() -> Secret {
            Secret(rejected.isEmpty ? "nekuda.expired.jwt" : "nekuda.conformance.jwt")
        }

        func invalidate(_ rejected: Secret) {
            self.rejected.append(rejected)
        }
    }

    @Test func anExpiredTokenIsRenewedAndTheCallRepeated() async throws {
        let (tokens, transport) = (Tokens(), Conformance.recorder())
        let client = NekudaClient(
            token: tokens, configuration: .init(baseURL: Conformance.baseURL), transport: transport)
        let name = Conformance.unique()
        let key = try await client.createAPIKey(name: name)
        #expect(await tokens.rejected == [Secret("nekuda.expired.jwt")])
        #expect(
            transport.requests.map { $0.headers["Authorization"] } == [
                "Bearer nekuda.expired.jwt", "Bearer nekuda.conformance.jwt",
            ])
        #expect(try await client.apiKeys().filter { $0.name == name } == [key.apiKey])
    }

    /// A 401 is provably not processed: the one repeat with a renewed token is no retry.
    @Test func withoutRetriesAnExpiredTokenIsRenewedAllTheSame() async throws {
        let tokens = Tokens()
        let client = NekudaClient(token: tokens, configuration: Conformance.configuration)
        #expect(try await client.apiKeys().isEmpty == false)
        #expect(await tokens.rejected == [Secret("nekuda.expired.jwt")])
    }

    @Test func aClientIsMadeFromVariables() async throws {
        let variables = [
            "NEKUDA_TOKEN": "nekuda.conformance.jwt", "NEKUDA_BASE_URL": Conformance.baseURL.absoluteString,
        ]
        let client = try NekudaClient(processEnvironment: variables, configuration: .init(retry: .never))
        #expect(try await client.apiKey(id: "key_full").isRevoked)
    }

    private static func create(_ member: [String: JSONValue]) async throws -> HTTPResponse {
        try await Conformance.send(
            path, NekudaFixture.headers, ["name": .string("limit")].merging(member) { _, new in new })
    }
}
