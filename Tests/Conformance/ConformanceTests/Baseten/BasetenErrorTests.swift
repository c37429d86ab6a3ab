import APIKeys
import BasetenKeys
import Foundation
import Testing

/// What every operation answers to a bad credential, an unknown object or a value that its schema refuses. Baseten's
/// errors are a code and a message; what FastAPI calls 422 is 400 there.
@Suite(.timeLimit(.minutes(5))) struct BasetenErrorTests {
    private typealias Call = NamedCall<BasetenClient>

    private static let all =
        ofUnknownObjects.map(\.call) + [
            Call("apiKeys") { client throws(APIError) in try await client.apiKeys() },
            Call("teams") { client throws(APIError) in try await client.teams() },
        ]

    /// An operation that names an object which does not exist, and what the server says.
    private struct Unknown: Sendable, CustomTestStringConvertible {
        let call: Call
        let message: String
        var testDescription: String { call.name }
    }

    /// A text that does not exist either, and that only an encoded segment carries whole.
    private static let odd = "no such/../\u{1F511} a+b?c#d%2F;e"

    private static let ofUnknownObjects = [
        Unknown(
            call: Call("createTeamAPIKey") { client throws(APIError) in
                try await client.createTeamAPIKey(teamID: odd, type: .routes)
            }, message: "team not found"),
        Unknown(
            call: Call("createAPIKey") { client throws(APIError) in
                try await client.createAPIKey(type: .routes, teamID: odd)
            }, message: "team not found"),
        Unknown(
            call: Call("deleteAPIKey") { client throws(APIError) in try await client.deleteAPIKey(prefix: odd) },
            message: "API key not found"),
        Unknown(
            call: Call("team") { client throws(APIError) in try await client.team(id: odd) },
            message: "team not found"),
    ]

    private static let credentials = [
        BadCredential(
            credential: Secret("conform1.wrong"), status: 401, message: "the API key is missing or not valid"),
        BadCredential(
            credential: Secret("invoke01.baseten-without-scope"), status: 403,
            message: "the API key does not have the required scope"),
    ]

    @Test(arguments: all, credentials)
    private func aBadCredentialIsRefused(_ call: Call, _ credential: BadCredential) async throws {
        try await credential.check(call) { BasetenFixture.client(key: $0) }
        try await credential.check(call) { BasetenFixture.client(key: $0, authorization: .bearer) }
    }

    @Test(arguments: ofUnknownObjects)
    private func anUnknownObjectIsNotFound(_ unknown: Unknown) async throws {
        let error = try await unknown.call.error(from: BasetenFixture.client())
        #expect(error.kind == .notFound)
        #expect(error.status == 404)
        #expect(error.message == unknown.message)
        try expect(.string("NOT_FOUND"), in: error)
    }

    private static let mars = Baseten.APIKeyCategory(rawValue: "MARS")

    @Test(
        arguments: [
            Call("createTeamAPIKey") { client throws(APIError) in
                try await client.createTeamAPIKey(teamID: BasetenFixture.team, type: mars)
            },
            Call("createAPIKey") { client throws(APIError) in try await client.createAPIKey(type: mars) },
            Call("apiKeys") { client throws(APIError) in try await client.apiKeys(type: mars) },
        ])
    private func anUnknownTypeIsABadRequest(_ call: Call) async throws {
        let error = try await call.error(from: BasetenFixture.client())
        #expect(error.kind == .badRequest)
        #expect(error.status == 400)
        #expect(error.message?.contains("type: Input should be 'PERSONAL', ") == true)
        try expect(.string("VALIDATION_ERROR"), in: error)
    }

    /// The code has no place of its own in an error; it can be read from the body.
    private func expect(_ code: JSONValue, in error: APIError) throws {
        let body = try #require(error.responseBody)
        #expect(try JSONDecoder().decode(JSONValue.self, from: body)["code"] == code)
    }

    @Test(arguments: ["", ".", ".."])
    func aSegmentThatNamesSomethingElseIsNotSent(_ text: String) async throws {
        let calls: [NamedCall<BasetenClient>] = [
            Call("createTeamAPIKey") { client throws(APIError) in
                try await client.createTeamAPIKey(teamID: text, type: .routes)
            },
            Call("deleteAPIKey") { client throws(APIError) in try await client.deleteAPIKey(prefix: text) },
            Call("team") { client throws(APIError) in try await client.team(id: text) },
        ]
        for call in calls {
            let reason = try await Conformance.refusal { transport throws(APIError) in
                try await call.run(BasetenFixture.client(transport: transport))
            }
            #expect(["team_id", "api_key_prefix"].contains(reason.prefix { $0 != " " }))
        }
    }

    /// What no typed call sends.
    @Test(
        arguments: [
            ([:], "body.type: Field required"), (["type": .null], "body.type: "),
            (["type": .string("ROUTES"), "name": .integer(1)], "body.name: "),
            (["type": .string("WORKSPACE_INVOKE"), "model_ids": .array([.null])], "body.model_ids.0: "),
            (["type": .string("ROUTES"), "team_id": .string(BasetenFixture.slashTeam)], "body.team_id: must equal"),
        ] as [([String: JSONValue], String)])
    func whatTheSchemaRefusesIsABadRequest(_ body: [String: JSONValue], _ message: String) async throws {
        let response = try await Conformance.send(
            "POST /v1/teams/\(BasetenFixture.team)/api_keys", BasetenFixture.headers, body)
        #expect(response.status == 400)
        let answer = try JSONDecoder().decode(JSONValue.self, from: response.body)
        #expect(answer["code"] == .string("VALIDATION_ERROR"))
        #expect(answer["message"]?.string?.hasPrefix(message) == true)
    }
}
