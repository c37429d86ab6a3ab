import APIKeys
import APIKeysTesting
import BasetenKeys
import Foundation
import Testing

@Suite(.timeLimit(.minutes(5))) struct BasetenAPIKeyTests {
    private let baseten = BasetenFixture.client()

    @Test(arguments: BasetenFixture.types)
    func aKeyOfEachTypeIsCreatedListedAndDeleted(_ type: Baseten.APIKeyCategory) async throws {
        let key = try await baseten.createAPIKey(type: type)
        let prefix = try #require(key.prefix)
        #expect(key.apiKey.reveal().wholeMatch(of: /[0-9a-f]{8}\.[0-9a-f]{32}/) != nil)
        #expect(!"\(key)".contains(key.apiKey.reveal()))
        let info = Baseten.APIKeyInfo(prefix: prefix, type: type, owner: .init(userID: "user_conformance"))
        #expect(try await baseten.apiKeys().filter { $0.prefix == prefix } == [info])
        let listed = try await baseten.apiKeys(type: type)
        #expect(listed.contains(info) && listed.allSatisfy { $0.type == type })
        #expect(try await baseten.deleteAPIKey(prefix: prefix) == prefix)
        #expect(try await !baseten.apiKeys().contains { $0.prefix == prefix })
    }

    @Test(arguments: [(BasetenFixture.team, "Default"), (BasetenFixture.slashTeam, "Research & Development")])
    func aKeyOfATeamIsCreatedOnBothPaths(_ team: String, _ teamName: String) async throws {
        let (name, other) = (Conformance.unique("Ünï \u{1F511}"), Conformance.unique())
        let transport = Conformance.recorder()
        let client = BasetenFixture.client(transport: transport)
        let first = try await client.createTeamAPIKey(teamID: team, type: .workspaceInvoke, name: name, modelIDs: ["m"])
        let second = try await client.createAPIKey(type: .workspaceManageAPIKeys, name: other, teamID: team)
        let encoded = team.replacing("/", with: "%2F")
        #expect(
            transport.requests.map(\.url.absoluteString).map { $0.dropFirst(Conformance.baseURL.absoluteString.count) }
                == ["/v1/teams/\(encoded)/api_keys", "/v1/api_keys"])
        let prefixes = try [first, second].map { try #require($0.prefix) }
        let owner = Baseten.Owner(userID: "user_conformance")
        #expect(
            try await baseten.apiKeys().filter { prefixes.contains($0.prefix) } == [
                .init(
                    prefix: prefixes[0], type: .workspaceInvoke, name: name, modelIDs: ["m"], teamName: teamName,
                    owner: owner),
                .init(
                    prefix: prefixes[1], type: .workspaceManageAPIKeys, name: other, teamName: teamName, owner: owner),
            ])
    }

    /// Only two types take models, and an empty list is one too. Client and server draw the line at the same place.
    @Test(arguments: BasetenFixture.types, [nil, [], ["model_1", "model_2"]] as [[String]?])
    func modelsGoWithTwoTypes(_ type: Baseten.APIKeyCategory, _ models: [String]?) async throws {
        let isAccepted = models == nil || [.workspaceExportMetrics, .workspaceInvoke].contains(type)
        let wire = models.map { JSONValue.array($0.map(JSONValue.string)) } ?? .null
        for path in ["/v1/api_keys", "/v1/teams/\(BasetenFixture.team)/api_keys"] {
            let body: [String: JSONValue] = ["type": .string(type.rawValue), "model_ids": wire]
            let response = try await Conformance.send("POST \(path)", BasetenFixture.headers, body)
            #expect(response.status == (isAccepted ? 200 : 400))
        }
        guard isAccepted else {
            let reasons = [
                try await Conformance.refusal { transport throws(APIError) in
                    try await BasetenFixture.client(transport: transport).createAPIKey(type: type, modelIDs: models)
                },
                try await Conformance.refusal { transport throws(APIError) in
                    try await BasetenFixture.client(transport: transport)
                        .createTeamAPIKey(teamID: BasetenFixture.team, type: type, modelIDs: models)
                },
            ]
            #expect(reasons.allSatisfy { $0.hasPrefix("model_ids must go with") })
            return
        }
        let prefix = try await baseten.createAPIKey(type: type, modelIDs: models).prefix
        #expect(try await baseten.apiKeys(type: type).first { $0.prefix == prefix }?.modelIDs == models)
    }

    @Test func anEmptyTeamIsRefusedByBoth() async throws {
        let body: [String: JSONValue] = ["type": .string("ROUTES"), "team_id": .string("")]
        let response = try await Conformance.send("POST /v1/api_keys", BasetenFixture.headers, body)
        #expect(response.status == 400)
        let reason = try await Conformance.refusal { transport throws(APIError) in
            try await BasetenFixture.client(transport: transport).createAPIKey(type: .routes, teamID: "")
        }
        #expect(reason.hasPrefix("team_id must "))
    }

    @Test func aNameIsFreeAgainOnceItsKeyIsDeleted() async throws {
        let name = Conformance.unique()
        let prefix = try #require(try await baseten.createAPIKey(type: .personal, name: name).prefix)
        let error = try await Conformance.failure { () throws(APIError) in
            try await baseten.createTeamAPIKey(teamID: BasetenFixture.team, type: .routes, name: name)
        }
        #expect(error.kind == .conflict)
        #expect(error.status == 409)
        #expect(error.outcome == .notProcessed)
        #expect(error.message == "an API key with this name exists already")
        try await baseten.deleteAPIKey(prefix: prefix)
        _ = try await baseten.createTeamAPIKey(teamID: BasetenFixture.team, type: .routes, name: name)
    }

    @Test func aPrefixWithASlashIsDeleted() async throws {
        let key = try await baseten.createAPIKey(type: .routes, name: Conformance.unique("slash-"))
        let prefix = try #require(key.prefix)
        #expect(prefix.contains("/"))
        #expect(try await baseten.apiKeys().contains { $0.prefix == prefix })
        #expect(try await baseten.deleteAPIKey(prefix: prefix) == prefix)
        let error = try await Conformance.failure { () throws(APIError) in
            try await baseten.deleteAPIKey(prefix: prefix)
        }
        #expect(error.kind == .notFound)
        #expect(error.message == "API key not found")
    }

    /// A key manages others under both schemes if its type lets it, until it is deleted.
    @Test(arguments: BasetenFixture.types, [Baseten.Authorization.apiKey, .bearer])
    func aCreatedKeyIsACredential(
        _ type: Baseten.APIKeyCategory, _ authorization: Baseten.Authorization
    ) async throws {
        let key = try await baseten.createAPIKey(type: type)
        let client = BasetenFixture.client(key: key.apiKey, authorization: authorization)
        if [.personal, .workspaceManageAll, .workspaceManageAPIKeys].contains(type) {
            let made = try #require(try await client.createAPIKey(type: .routes).prefix)
            #expect(try await client.deleteAPIKey(prefix: made) == made)
        } else {
            let error = try await Conformance.failure { () throws(APIError) in try await client.apiKeys() }
            #expect(error.kind == .forbidden)
        }
        try await baseten.deleteAPIKey(prefix: try #require(key.prefix))
        let error = try await Conformance.failure { () throws(APIError) in try await client.apiKeys() }
        #expect(error.kind == .unauthorized)
        #expect(!String(reflecting: error).contains(key.apiKey.reveal()))
    }

    private static let seeded: [Baseten.APIKeyInfo] = [
        .init(
            prefix: "seedfull", type: .workspaceInvoke, name: "seeded with everything",
            modelIDs: ["model_1", "model_2"], teamName: "Default",
            owner: .init(userID: "user_other", email: "grace@example.com", name: "Grace")),
        .init(prefix: "seednull", type: .personal),
        .init(prefix: "seedbare", type: .routes),
    ]

    @Test func fullNullAndBareKeysAreListed() async throws {
        for createdByMe in [nil, false] {
            #expect(try await Array(baseten.apiKeys(createdByMe: createdByMe).prefix(3)) == Self.seeded)
        }
        #expect(try await baseten.apiKeys(type: .personal).first == Self.seeded[1])
        let prefix = try #require(try await baseten.createAPIKey(type: .personal).prefix)
        let mine = try await baseten.apiKeys(type: .personal, createdByMe: true)
        #expect(mine.contains { $0.prefix == prefix })
        #expect(mine.allSatisfy { $0.owner?.userID == "user_conformance" && $0.type == .personal })
    }
}
