import Foundation
import JunctionKeys
import Testing

/// What every operation answers to a bad credential, a wrong organization or an unknown object.
@Suite(.timeLimit(.minutes(5))) struct JunctionErrorTests {
    private typealias Call = NamedCall<JunctionClient>

    /// Every operation, on objects that exist where the operation needs one that only reading it may touch.
    private static let all: [Call] =
        ofUnknownObjects + [
            Call("teamAPIKeys") { client throws(APIError) in
                try await client.teamAPIKeys(environment: .sandbox, region: .us).all()
            },
            Call("deleteTeamAPIKeys") { client throws(APIError) in
                try await client.deleteTeamAPIKeys(ids: [UUID()], environment: .sandbox, region: .us)
            },
            Call("managementKeys") { client throws(APIError) in try await client.managementKeys() },
            Call("teams") { client throws(APIError) in try await client.teams().all() },
            Call("createTeam") { client throws(APIError) in try await client.createTeam(name: "never", region: .us) },
        ]

    /// The operations that name an object which does not exist.
    private static let ofUnknownObjects = [
        Call("createTeamAPIKey") { client throws(APIError) in
            try await client.createTeamAPIKey(label: "ci", teamID: UUID(), environment: .sandbox, region: .us)
        },
        Call("createManagementKey") { client throws(APIError) in
            try await client.createManagementKey(label: "ci", teamID: UUID())
        },
        Call("updateManagementKey") { client throws(APIError) in
            try await client.updateManagementKey(id: UUID(), label: "ci")
        },
        Call("deleteManagementKey") { client throws(APIError) in try await client.deleteManagementKey(id: UUID()) },
        Call("createTeamAccessToken") { client throws(APIError) in
            try await client.createTeamAccessToken(teamID: UUID(), environment: .sandbox)
        },
        Call("team") { client throws(APIError) in try await client.team(id: UUID()) },
    ]

    private static let credentials = [
        BadCredential(credential: Secret("mg_wrong"), status: 401, message: "invalid token"),
        BadCredential(
            credential: Secret("mg_forbidden"), status: 403, message: "this key may not manage the organization"),
    ]

    @Test(arguments: all, credentials)
    private func aBadCredentialIsRefused(_ call: Call, _ credential: BadCredential) async throws {
        try await credential.check(call) { JunctionFixture.client(key: $0) }
    }

    @Test(arguments: all)
    private func anotherOrganizationIsNotFound(_ call: Call) async throws {
        let error = try await call.error(from: JunctionFixture.client(organization: UUID()))
        #expect(error.kind == .notFound)
        #expect(error.message == "organization not found")
    }

    @Test(arguments: ofUnknownObjects)
    private func anUnknownObjectIsNotFound(_ call: Call) async throws {
        let error = try await call.error(from: JunctionFixture.client())
        #expect(error.kind == .notFound)
        #expect(["team not found", "management key not found"].contains(error.message))
    }

    /// No typed call sends a cursor of its own: these are what becomes of one that is not escaped, cut or made up.
    @Test(
        arguments: all.filter { ["teamAPIKeys", "teams"].contains($0.name) },
        ["after+3/=&", "after%2B3%2F%3D", "after%2Bx%2F%3D%26", "3", ""])
    private func aCursorThatArrivesChangedIsABadRequest(_ call: Call, _ cursor: String) async throws {
        let transport = Conformance.recorder { request in
            if let url = URL(string: "\(request.url.absoluteString)?next_cursor=\(cursor)") { request.url = url }
        }
        let error = try await call.error(from: JunctionFixture.client(transport: transport))
        #expect(error.kind == .badRequest)
        #expect(error.status == 400)
        #expect(error.message == "invalid cursor")
    }

    @Test func theServersEchoOfTheCredentialIsTakenOut() async throws {
        let error = try await Conformance.failure { () throws(APIError) in
            try await JunctionFixture.client().createTeamAccessToken(
                teamID: JunctionFixture.teamUS, environment: .init(rawValue: "mg_conformance"))
        }
        guard case .validation(let invalid) = error.kind else { throw error }
        #expect(invalid.detail.map(\.input) == [.string("(redacted)")])
        #expect(error.responseBody.map { String(decoding: $0, as: UTF8.self).contains("mg_conformance") } == true)
        var dumped = ""
        dump(error, to: &dumped)
        #expect(!(dumped + "\(error)" + String(reflecting: error)).contains("mg_conformance"))
    }

    @Test func aClientIsMadeFromVariables() async throws {
        let variables = [
            "JUNCTION_MANAGEMENT_KEY": "mg_conformance", "JUNCTION_ORG_ID": JunctionFixture.organization.uuidString,
            "JUNCTION_BASE_URL": Conformance.baseURL.absoluteString,
        ]
        let client = try JunctionClient(processEnvironment: variables, configuration: .init(retry: .never))
        #expect(try await client.team(id: JunctionFixture.teamEU).name == "Acme EU")
    }
}
