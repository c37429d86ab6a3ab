import APIKeysTesting
import JunctionKeys
import Testing
import TestSupport

/// Every operation, byte for byte.
@Suite(.timeLimit(.minutes(5))) struct JunctionClientWireTests {
    private static func call<Value: Equatable & Sendable>(
        _ name: String,
        _ request: String,
        body: String? = nil,
        answer: String,
        returns value: Value,
        secret: @escaping @Sendable (Value) -> Secret? = { _ in nil },
        _ call: @escaping @Sendable (JunctionClient) async throws -> Value
    ) -> WireCase {
        let request = request.replacing(
            " /", with: " https://api.management.junction.com/v1/org/\(Sample.organizationText)/")
        return WireCase(
            name, request, credential: "X-Management-Key: mg_test", body: body, answer: answer, returns: value,
            secret: secret, call: { try await call(Sample.client($0)) })
    }

    private static let createTeamAPIKey = call(
        "createTeamAPIKey", "POST /team_api_keys/sandbox/us",
        body: #"{"label":"ci","team_id":"\#(Sample.teamText)"}"#,
        answer: Sample.teamAPIKeyText, returns: Sample.teamAPIKey, secret: \.value
    ) { try await $0.createTeamAPIKey(label: "ci", teamID: Sample.team, environment: .sandbox, region: .us) }

    private static let createManagementKey = call(
        "createManagementKey", "POST /management_key",
        body: #"{"label":"ops","role":"team_admin","team_role_bindings":[{"team_id":"\#(Sample.teamText)"}]}"#,
        answer: Sample.createdManagementKeyText, returns: Sample.createdManagementKey, secret: \.key
    ) { try await $0.createManagementKey(label: "ops", teamID: Sample.team) }

    private static let createTeamAccessToken = call(
        "createTeamAccessToken", "POST /team/\(Sample.teamText)/create_api_access_token",
        body: #"{"env":"production"}"#,
        answer: Sample.accessTokenText, returns: Sample.accessToken, secret: \.accessToken
    ) { try await $0.createTeamAccessToken(teamID: Sample.team, environment: .production) }

    private static let teamAPIKeys = [
        call(
            "teamAPIKeys", "GET /team_api_keys/production/eu?team_id=\(Sample.teamText)",
            answer: #"{"api_keys":[\#(Sample.teamAPIKeyText)],"next_cursor":null}"#, returns: [Sample.teamAPIKey],
            { try await $0.teamAPIKeys(environment: .production, region: .eu, teamID: Sample.team).all() }),
        call(
            "teamAPIKeys, minimal", "GET /team_api_keys/production/eu", answer: #"{"api_keys":[]}"#, returns: [],
            { try await $0.teamAPIKeys(environment: .production, region: .eu).all() }),
        call(
            "deleteTeamAPIKeys",
            "DELETE /team_api_keys/production/eu?api_key_id=\(Sample.idText)&api_key_id=\(Sample.teamText)",
            answer: Sample.deletionText, returns: Sample.deletion
        ) {
            try await $0.deleteTeamAPIKeys(
                ids: [Sample.id, Sample.team, Sample.id], environment: .production, region: .eu)
        },
        call(
            "deleteTeamAPIKeys, minimal", "DELETE /team_api_keys/production/eu?api_key_id=\(Sample.idText)",
            answer: Sample.emptyDeletionText, returns: Junction.BulkDeletion(),
            { try await $0.deleteTeamAPIKeys(ids: [Sample.id], environment: .production, region: .eu) }),
    ]

    private static let managementKeys = [
        call(
            "createManagementKey, minimal", "POST /management_key", body: #"{"label":"ops","role":"org_admin"}"#,
            answer: Sample.minimalCreatedManagementKeyText, returns: Sample.minimalCreatedManagementKey, secret: \.key,
            { try await $0.createManagementKey(label: "ops", role: .orgAdmin) }),
        call(
            "managementKeys", "GET /management_key?team_id=\(Sample.teamText)&role=team_admin",
            answer: #"{"data":[\#(Sample.managementKeyText),\#(Sample.minimalManagementKeyText)],"next_cursor":""}"#,
            returns: [Sample.managementKey, Sample.minimalManagementKey],
            { try await $0.managementKeys(teamID: Sample.team, role: .teamAdmin) }),
        call(
            "managementKeys, minimal", "GET /management_key", answer: #"{"data":[],"next_cursor":null}"#, returns: [],
            { try await $0.managementKeys() }),
        call(
            "updateManagementKey", "PATCH /management_key/\(Sample.idText)",
            body: #"{"label":"ops","team_role_bindings":[{"team_id":"\#(Sample.teamText)"}]}"#,
            answer: Sample.managementKeyText, returns: Sample.managementKey
        ) {
            try await $0.updateManagementKey(
                id: Sample.id, label: "ops", teamRoleBindings: [.init(teamID: Sample.team)])
        },
        call(
            "updateManagementKey, nulls", "PATCH /management_key/\(Sample.idText)",
            body: #"{"label":null,"team_role_bindings":null}"#,
            answer: Sample.managementKeyText, returns: Sample.managementKey,
            { try await $0.updateManagementKey(id: Sample.id, label: .null, teamRoleBindings: .null) }),
        call(
            "updateManagementKey, minimal", "PATCH /management_key/\(Sample.idText)", body: "{}",
            answer: Sample.minimalManagementKeyText, returns: Sample.minimalManagementKey,
            { try await $0.updateManagementKey(id: Sample.id) }),
        call(
            "deleteManagementKey", "DELETE /management_key/\(Sample.idText)",
            answer: Sample.managementKeyText, returns: Sample.managementKey,
            { try await $0.deleteManagementKey(id: Sample.id) }),
        call(
            "deleteManagementKey, null", "DELETE /management_key/\(Sample.idText)",
            answer: "null", returns: Junction.ManagementKey?.none,
            { try await $0.deleteManagementKey(id: Sample.id) }),
    ]

    private static let teams = [
        call(
            "teams", "GET /team?team_id=\(Sample.teamText)&region=us&region=eu&search_query=a%20%26%20b",
            answer: #"{"next_cursor":null,"teams":[\#(Sample.summaryText),\#(Sample.minimalSummaryText)]}"#,
            returns: [Sample.summary, Sample.minimalSummary],
            { try await $0.teams(teamID: Sample.team, regions: [.us, .eu], searchQuery: "a & b").all() }),
        call(
            "teams, minimal", "GET /team", answer: #"{"next_cursor":null,"teams":[]}"#, returns: [],
            { try await $0.teams().all() }),
        call(
            "team", "GET /team/\(Sample.teamText)?include_environment=production&include_environment=sandbox",
            answer: Sample.fullTeamText, returns: Sample.fullTeam,
            { try await $0.team(id: Sample.team, includeEnvironments: [.production, .sandbox]) }),
        call(
            "team, minimal", "GET /team/\(Sample.teamText)", answer: Sample.minimalTeamText,
            returns: Sample.minimalTeam,
            { try await $0.team(id: Sample.team) }),
        call(
            "createTeam", "POST /team",
            body: #"{"id":"\#(Sample.teamText)","integration_team_id":"c-1","name":"Clinic","region":"eu"}"#,
            answer: Sample.fullTeamText, returns: Sample.fullTeam
        ) { try await $0.createTeam(name: "Clinic", region: .eu, id: Sample.team, integrationTeamID: "c-1") },
        call(
            "createTeam, minimal", "POST /team", body: #"{"name":"Clinic","region":"eu"}"#,
            answer: Sample.minimalTeamText, returns: Sample.minimalTeam,
            { try await $0.createTeam(name: "Clinic", region: .eu) }),
    ]

    private static let all =
        [createTeamAPIKey, createManagementKey, createTeamAccessToken] + teamAPIKeys + managementKeys + teams

    @Test(arguments: all)
    func aCallSendsAndReturnsWhatIsDocumented(call: WireCase) async throws {
        #expect(try await call.problems() == [])
    }

    @Test(arguments: all)
    func aChangedAnswerIsAValueOrAnErrorAndLosesNoSecret(call: WireCase) async throws {
        #expect(try await call.problemsWithChangedAnswers() == [])
    }

    @Test func segmentsOfThePathAreEncoded() async {
        let keys = "https://api.management.junction.com/v1/org/\(Sample.organizationText)/team_api_keys"
        #expect(
            await problemsWithOddParameters("env", in: "\(keys)/*/us") {
                _ = try await Sample.client($0).teamAPIKeys(environment: .init(rawValue: $1), region: .us).all()
            } == [])
        #expect(
            await problemsWithOddParameters("region", in: "\(keys)/sandbox/*") {
                _ = try await Sample.client($0).createTeamAPIKey(
                    label: "ci", teamID: Sample.team, environment: .sandbox, region: .init(rawValue: $1))
            } == [])
    }
}
