import APIKeys
import Foundation
import JunctionKeys
import Testing

/// Every 422: those that a typed call can cause, and the rest of what the schemas refuse.
@Suite(.timeLimit(.minutes(5))) struct JunctionValidationTests {
    /// A call with values outside its enumerations.
    private struct Invalid: Sendable, CustomTestStringConvertible {
        let call: NamedCall<JunctionClient>
        /// Where the values stand.
        let loc: [[LocationElement]]

        init(
            _ name: String, _ loc: [LocationElement]...,
            run: @escaping @Sendable (JunctionClient) async throws(APIError) -> some Any
        ) {
            call = NamedCall(name, run)
            self.loc = loc
        }

        var testDescription: String { call.name }
    }

    private static let calls = [
        Invalid("createTeamAPIKey", ["path", "env"], ["path", "region"]) { client throws(APIError) in
            try await client.createTeamAPIKey(
                label: "ci", teamID: UUID(), environment: .init(rawValue: "mars"), region: .init(rawValue: "mars"))
        },
        Invalid("teamAPIKeys", ["path", "env"], ["path", "region"]) { client throws(APIError) in
            try await client.teamAPIKeys(environment: .init(rawValue: "mars"), region: .init(rawValue: "mars")).all()
        },
        Invalid("deleteTeamAPIKeys", ["path", "env"], ["path", "region"]) { client throws(APIError) in
            try await client.deleteTeamAPIKeys(
                ids: [UUID()], environment: .init(rawValue: "mars"), region: .init(rawValue: "mars"))
        },
        Invalid("createManagementKey", ["body", "role"]) { client throws(APIError) in
            try await client.createManagementKey(label: "ci", role: .init(rawValue: "mars"))
        },
        Invalid("managementKeys", ["query", "role"]) { client throws(APIError) in
            try await client.managementKeys(role: .init(rawValue: "mars"))
        },
        Invalid("createTeamAccessToken", ["body", "env"]) { client throws(APIError) in
            try await client.createTeamAccessToken(teamID: UUID(), environment: .init(rawValue: "mars"))
        },
        Invalid("teams", ["query", "region", 1]) { client throws(APIError) in
            try await client.teams(regions: [.us, .init(rawValue: "mars")]).all()
        },
        Invalid("team", ["query", "include_environment", 0]) { client throws(APIError) in
            try await client.team(id: UUID(), includeEnvironments: [.init(rawValue: "mars"), .sandbox])
        },
    ]

    @Test(arguments: calls)
    private func aValueOutsideAnEnumerationIsAValidationError(_ invalid: Invalid) async throws {
        let error = try await invalid.call.error(from: JunctionFixture.client())
        guard case .validation(let validation) = error.kind else { throw error }
        #expect(error.status == 422)
        #expect(validation.detail.map(\.loc) == invalid.loc)
        for entry in validation.detail {
            #expect(entry.input == .string("mars"))
            #expect(["enum", "literal_error"].contains(entry.type))
            #expect(entry.ctx?["expected"]?.string?.contains("'") == true)
            #expect("\(error)".contains("\(entry.path): \(entry.msg)"))
        }
    }

    private static let keys = "\(JunctionFixture.path)/team_api_keys/sandbox/us"
    private static let management = "\(JunctionFixture.path)/management_key"
    private static let teams = "\(JunctionFixture.path)/team"
    private static let id = JSONValue.string(UUID().uuidString)

    private static let requests = [
        InvalidRequest("GET /v1/org/nobody/team", at: ["path", "org_id"], "uuid_parsing"),
        InvalidRequest("GET \(keys)?team_id=x", at: ["query", "team_id"], "uuid_parsing"),
        InvalidRequest("POST \(keys)", ["team_id": id], at: ["body", "label"], "missing"),
        InvalidRequest("POST \(keys)", ["label": .null, "team_id": id], at: ["body", "label"], "string_type"),
        InvalidRequest("POST \(keys)", ["label": .string("ci")], at: ["body", "team_id"], "missing"),
        InvalidRequest(
            "POST \(keys)", ["label": .string(""), "team_id": .string("x")], at: ["body", "team_id"], "uuid_parsing"),
        InvalidRequest("POST \(keys)", at: ["body"], "missing"),
        InvalidRequest("DELETE \(keys)", at: ["query", "api_key_id"], "missing"),
        InvalidRequest(
            "DELETE \(keys)?api_key_id=\(UUID())&api_key_id=x", at: ["query", "api_key_id", 1], "uuid_parsing"),
        InvalidRequest("GET \(management)?team_id=x", at: ["query", "team_id"], "uuid_parsing"),
        InvalidRequest("POST \(management)", ["role": .string("org_admin")], at: ["body", "label"], "missing"),
        InvalidRequest("POST \(management)", ["label": .string("ci")], at: ["body", "role"], "missing"),
        InvalidRequest(
            "POST \(management)",
            [
                "label": .string("ci"), "role": .string("team_admin"),
                "team_role_bindings": .array([.object(["team_id": id]), .object([:])]),
            ],
            at: ["body", "team_role_bindings", 1, "team_id"], "missing"),
        InvalidRequest("PATCH \(management)/x", [:], at: ["path", "key_id"], "uuid_parsing"),
        InvalidRequest("PATCH \(management)/\(UUID())", ["label": .bool(true)], at: ["body", "label"], "string_type"),
        InvalidRequest(
            "PATCH \(management)/\(UUID())", ["team_role_bindings": .array([.null])],
            at: ["body", "team_role_bindings", 0], "model_attributes_type"),
        InvalidRequest("DELETE \(management)/x", at: ["path", "key_id"], "uuid_parsing"),
        InvalidRequest("POST \(teams)/\(UUID())/create_api_access_token", [:], at: ["body", "env"], "missing"),
        InvalidRequest(
            "POST \(teams)/x/create_api_access_token", ["env": .string("sandbox")], at: ["path", "team_id"],
            "uuid_parsing"),
        InvalidRequest("GET \(teams)?team_id=x", at: ["query", "team_id"], "uuid_parsing"),
        InvalidRequest("GET \(teams)/x", at: ["path", "team_id"], "uuid_parsing"),
        InvalidRequest("POST \(teams)", ["region": .string("us")], at: ["body", "name"], "missing"),
        InvalidRequest("POST \(teams)", ["name": .string("n")], at: ["body", "region"], "missing"),
        InvalidRequest("POST \(teams)", team(["id": .null]), at: ["body", "id"], "uuid_type"),
        InvalidRequest(
            "POST \(teams)", team(["integration_team_id": .null]), at: ["body", "integration_team_id"], "string_type"),
        InvalidRequest("POST \(teams)", team(["plan": .string("pro")]), at: ["body", "plan"], "extra_forbidden"),
    ]

    private static func team(_ more: [String: JSONValue]) -> [String: JSONValue] {
        more.merging(["name": .string("never"), "region": .string("us")]) { first, _ in first }
    }

    @Test(arguments: requests)
    func whatTheSchemaRefusesIsRead(_ request: InvalidRequest) async throws {
        try await request.check(JunctionFixture.headers)
    }
}
