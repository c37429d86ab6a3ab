import APIKeys
import APIKeysSandbox
import Foundation
import JunctionKeys
import Testing

@Suite(.timeLimit(.minutes(5))) struct SandboxJunctionTests {
    let sandbox = Sandbox(seed: 1)
    var client: JunctionClient { sandbox.junctionClient() }

    @Test func aTeamKeyIsMadeListedAndDeleted() async throws {
        let team = sandbox.junction.teamID
        let key = try await client.createTeamAPIKey(label: "ci", teamID: team, environment: .production, region: .us)
        let kept = try #require(sandbox.junction.teamAPIKeys.first)
        #expect(kept.id == key.id)
        #expect(kept.label == "ci")
        #expect(kept.value == key.value)
        #expect(kept.teamID == team)
        #expect((kept.environment, kept.region) == ("production", "us"))
        #expect(try await client.teamAPIKeys(environment: .production, region: .us).all() == [key])
        #expect(try await client.teamAPIKeys(environment: .sandbox, region: .us).all().isEmpty)

        let safe = try await client.createTeamAPIKey(
            label: "protected-1", teamID: team, environment: .production, region: .us)
        let nobody = UUID()
        let deletion = try await client.deleteTeamAPIKeys(
            ids: [key.id, safe.id, nobody], environment: .production, region: .us)
        #expect(deletion.success == [key.id])
        #expect(deletion.failure == [safe.id])
        #expect(deletion.notFound == [nobody])
        #expect(sandbox.junction.teamAPIKeys.map(\.id) == [safe.id])
    }

    @Test func aListComesInPages() async throws {
        var ids: [UUID] = []
        for label in 1...7 {
            let key = try await client.createTeamAPIKey(
                label: "\(label)", teamID: sandbox.junction.euTeamID, environment: .sandbox, region: .eu)
            #expect(key.value.reveal().hasPrefix("sk_eu_"))
            ids.append(key.id)
        }
        let all = client.teamAPIKeys(environment: .sandbox, region: .eu)
        #expect(try await all.all().map(\.id) == ids)
        let filtered = client.teamAPIKeys(environment: .sandbox, region: .eu, teamID: sandbox.junction.euTeamID)
        #expect(try await filtered.all().map(\.id) == ids)
        var sizes: [Int] = []
        for try await page in all.pages { sizes.append(page.elements.count) }
        #expect(sizes == [3, 3, 1])
    }

    @Test func aManagementKeyAuthenticatesUntilItIsDeleted() async throws {
        let made = try await client.createManagementKey(label: "deputy", teamID: sandbox.junction.teamID)
        #expect(sandbox.junction.managementKeys.last?.key == made.key)
        #expect(made.role == .teamAdmin)
        let deputy = sandbox.junctionClient(key: made.key)
        #expect(try await deputy.managementKeys(teamID: sandbox.junction.teamID, role: .teamAdmin).count == 2)
        let changed = try await deputy.updateManagementKey(id: made.id, label: .null, teamRoleBindings: .null)
        #expect(changed.label.isEmpty)
        #expect(changed.teamRoleBindings == nil)
        #expect(try await client.deleteManagementKey(id: made.id)?.id == made.id)
        #expect(try await failure { try await deputy.managementKeys() }.kind == .unauthorized)
    }

    @Test func theFixturesManagementKeysAreOfEveryKind() async throws {
        let keys = try await client.managementKeys()
        #expect(keys.count == 5)
        #expect(keys.map(\.id) == sandbox.junction.managementKeys.map(\.id))
        #expect(sandbox.junction.managementKeys.allSatisfy { $0.key == nil })
    }

    @Test func aDeletionCanAnswerNull() async throws {
        let key = try await client.createManagementKey(label: "null-1", role: .orgAdmin)
        #expect(try await client.deleteManagementKey(id: key.id) == nil)
    }

    @Test func anIntegrationIDIsTakenOnce() async throws {
        let error = try await failure {
            try await client.createTeam(
                name: "Again", region: .us, integrationTeamID: sandbox.junction.takenIntegrationTeamID)
        }
        #expect(error.kind == .conflict)
        #expect(error.outcome == .notProcessed)
        let existing = try error.decodeResponseBody(as: Junction.ExistingTeam.self)
        #expect(existing.teamID == sandbox.junction.teamID)

        let team = try await client.createTeam(name: "Third", region: .eu, integrationTeamID: "acme-3")
        #expect(sandbox.junction.teams.last?.id == team.id)
        #expect(try await client.teams(searchQuery: "THIRD").all().map(\.id) == [team.id])
        #expect(try await client.teams().all().count == 3)
        #expect(try await client.team(id: team.id, includeEnvironments: [.sandbox]).sandbox?["enabled"] == .bool(true))
    }

    @Test func credentialsAndOrganizationsAreChecked() async throws {
        let stranger = sandbox.junctionClient(key: Secret("mg_other"))
        #expect(try await failure { try await stranger.managementKeys() }.kind == .unauthorized)
        let forbidden = sandbox.junctionClient(key: sandbox.junction.forbiddenManagementKey)
        let error = try await failure { try await forbidden.managementKeys() }
        #expect(error.kind == .forbidden)
        #expect(error.message == "this key may not manage the organization")
        let lost = sandbox.junctionClient(organizationID: UUID())
        #expect(try await failure { try await lost.managementKeys() }.kind == .notFound)
        #expect(
            try await failure { try await client.createTeamAccessToken(teamID: UUID(), environment: .sandbox) }.kind
                == .notFound)
        let token = try await client.createTeamAccessToken(teamID: sandbox.junction.teamID, environment: .sandbox)
        #expect(token.accessToken.reveal().hasPrefix("tat_sandbox_"))
    }

    @Test func aValidationErrorNamesEachValue() async throws {
        let error = try await failure {
            try await client.createTeamAPIKey(
                label: "ci", teamID: sandbox.junction.teamID, environment: .init(rawValue: "staging"),
                region: .init(rawValue: "mars"))
        }
        guard case .validation(let validation) = error.kind else {
            Issue.record("\(error)")
            return
        }
        #expect(validation.detail.map(\.path) == ["path.env", "path.region"])
        #expect(validation.detail.map(\.type) == ["enum", "literal_error"])
        #expect(validation.detail.last?.ctx == ["expected": .string("'us' or 'eu'")])
        #expect(validation.detail.last?.input == .string("mars"))
        #expect(sandbox.junction.teamAPIKeys.isEmpty)
    }

    @Test func theOlderHostIsServedToo() async throws {
        let configuration = ClientConfiguration(baseURL: URL(string: "https://api.tryvital.io/management"))
        let older = sandbox.junctionClient(configuration: configuration)
        #expect(try await older.teams().all().count == 2)
    }
}
