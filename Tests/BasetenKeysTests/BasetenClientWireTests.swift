import APIKeys
import APIKeysTesting
import BasetenKeys
import Testing
import TestSupport

/// Every operation, byte for byte.
@Suite(.timeLimit(.minutes(5))) struct BasetenClientWireTests {
    private static func call<Value: Equatable & Sendable>(
        _ name: String,
        _ request: String,
        body: String? = nil,
        answer: String,
        returns value: Value,
        secret: @escaping @Sendable (Value) -> Secret? = { _ in nil },
        _ call: @escaping @Sendable (BasetenClient) async throws -> Value
    ) -> WireCase {
        WireCase(
            name, request.replacing(" /", with: " https://api.baseten.co/v1/"),
            credential: "Authorization: Api-Key mine.hush", body: body, answer: answer, returns: value,
            secret: secret, call: { try await call(Sample.client($0)) })
    }

    private static let createTeamAPIKey = call(
        "createTeamAPIKey", "POST /teams/abc%2Fdef/api_keys",
        body: #"{"model_ids":["m/1"],"name":"ci","type":"WORKSPACE_INVOKE"}"#,
        answer: Sample.keyText, returns: Sample.key, secret: \.apiKey
    ) {
        try await $0.createTeamAPIKey(teamID: "abc/def", type: .workspaceInvoke, name: "ci", modelIDs: ["m/1"])
    }

    private static let createAPIKey = call(
        "createAPIKey", "POST /api_keys",
        body: #"{"model_ids":[],"name":"ci","team_id":"abc/def","type":"WORKSPACE_EXPORT_METRICS"}"#,
        answer: Sample.keyText, returns: Sample.key, secret: \.apiKey
    ) {
        try await $0.createAPIKey(type: .workspaceExportMetrics, name: "ci", modelIDs: [], teamID: "abc/def")
    }

    private static let all = [
        createTeamAPIKey, createAPIKey,
        call(
            "createTeamAPIKey, minimal", "POST /teams/t1/api_keys", body: #"{"type":"PERSONAL"}"#,
            answer: Sample.keyText, returns: Sample.key, secret: \.apiKey,
            { try await $0.createTeamAPIKey(teamID: "t1", type: .personal) }),
        call(
            "createAPIKey, minimal", "POST /api_keys", body: #"{"type":"ROUTES"}"#,
            answer: Sample.keyText, returns: Sample.key, secret: \.apiKey,
            { try await $0.createAPIKey(type: .routes) }),
        call(
            "apiKeys", "GET /api_keys?type=PERSONAL&created_by_me=true",
            answer: #"{"keys":[\#(Sample.infoText),\#(Sample.minimalInfoText)]}"#,
            returns: [Sample.info, Sample.minimalInfo],
            { try await $0.apiKeys(type: .personal, createdByMe: true) }),
        call(
            "apiKeys, nulls", "GET /api_keys?created_by_me=false",
            answer: #"{"keys":[{"prefix":"abcd1234","type":"PERSONAL","name":null,"model_ids":null,"owner":null}]}"#,
            returns: [Sample.minimalInfo], { try await $0.apiKeys(createdByMe: false) }),
        call("apiKeys, minimal", "GET /api_keys", answer: #"{"keys":[]}"#, returns: [], { try await $0.apiKeys() }),
        call(
            "deleteAPIKey", "DELETE /api_keys/abc%2Fdef", answer: #"{"prefix":"abc/def"}"#, returns: "abc/def",
            { try await $0.deleteAPIKey(prefix: "abc/def") }),
        call(
            "teams", "GET /teams?name=Core%20%26%20Co", answer: #"{"teams":[\#(Sample.teamText)]}"#,
            returns: [Sample.team], { try await $0.teams(name: "Core & Co") }),
        call("teams, minimal", "GET /teams", answer: #"{"teams":[]}"#, returns: [], { try await $0.teams() }),
        call(
            "team", "GET /teams/t%2F1", answer: Sample.teamText, returns: Sample.team,
            { try await $0.team(id: "t/1") }),
        WireCase(
            "a bearer", "DELETE https://api.baseten.co/v1/api_keys/p", credential: "Authorization: Bearer mine.hush",
            answer: #"{"prefix":"p"}"#, returns: "p",
            call: { try await Sample.client($0, authorization: .bearer).deleteAPIKey(prefix: "p") }),
    ]

    @Test(arguments: all)
    func aCallSendsAndReturnsWhatIsDocumented(call: WireCase) async throws {
        #expect(try await call.problems() == [])
    }

    @Test(arguments: all)
    func aChangedAnswerIsAValueOrAnErrorAndLosesNoSecret(call: WireCase) async throws {
        #expect(try await call.problemsWithChangedAnswers() == [])
    }

    @Test func segmentsOfThePathAreEncoded() async {
        let base = "https://api.baseten.co/v1"
        #expect(
            await problemsWithOddParameters("team_id", in: "\(base)/teams/*/api_keys") {
                _ = try await Sample.client($0).createTeamAPIKey(teamID: $1, type: .personal)
            } == [])
        #expect(
            await problemsWithOddParameters("team_id", in: "\(base)/teams/*") {
                _ = try await Sample.client($0).team(id: $1)
            } == [])
        #expect(
            await problemsWithOddParameters("api_key_prefix", in: "\(base)/api_keys/*") {
                try await Sample.client($0).deleteAPIKey(prefix: $1)
            } == [])
    }
}
