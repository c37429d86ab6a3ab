import APIKeys
import Foundation
import JunctionKeys
import Testing

@Suite(.timeLimit(.minutes(5))) struct JunctionManagementKeyTests {
    private let junction = JunctionFixture.client()

    @Test func aKeyOfTheOrganizationIsCreatedAndListed() async throws {
        let label = Conformance.unique()
        let key = try await junction.createManagementKey(label: label, role: .orgAdmin)
        #expect(key.label == label)
        #expect(key.role == .orgAdmin)
        #expect(key.teamRoleBindings == nil)
        #expect(key.creator == .managementKey)
        #expect(JunctionFixture.isNow(key.createdAt))
        #expect(key.key.reveal().wholeMatch(of: /mg_[0-9a-f]{40}/) != nil)
        #expect(!"\(key)".contains(key.key.reveal()))
        #expect(try await junction.managementKeys().filter { $0.id == key.id } == [key.managementKey])
        #expect(try await junction.managementKeys(role: .orgAdmin).contains(key.managementKey))
        #expect(try await !junction.managementKeys(role: .teamAdmin).contains { $0.id == key.id })
    }

    @Test func aKeyOfTeamsIsListedForEachOfThem() async throws {
        let (team, other) = (try await JunctionFixture.team(), try await JunctionFixture.team())
        let both = try await junction.createManagementKey(
            label: "both", role: .teamAdmin, teamRoleBindings: [.init(teamID: team), .init(teamID: other)])
        let one = try await junction.createManagementKey(label: "one", teamID: team)
        let none = try await junction.createManagementKey(label: "none", role: .teamAdmin, teamRoleBindings: [])
        #expect(both.teamRoleBindings == [.init(teamID: team), .init(teamID: other)])
        #expect(one.role == .teamAdmin && one.teamRoleBindings == [.init(teamID: team)])
        #expect(none.teamRoleBindings == [])
        #expect(try await junction.managementKeys(teamID: team) == [both, one].map(\.managementKey))
        #expect(try await junction.managementKeys(teamID: other, role: .teamAdmin) == [both.managementKey])
        #expect(try await junction.managementKeys(teamID: other, role: .orgAdmin).isEmpty)
    }

    @Test func aCreatedKeyIsACredentialUntilItIsDeleted() async throws {
        let made = try await junction.createManagementKey(label: Conformance.unique(), role: .orgAdmin)
        let client = JunctionFixture.client(key: made.key)
        let second = try await client.createManagementKey(label: Conformance.unique(), role: .orgAdmin)
        #expect(try await client.deleteManagementKey(id: second.id) == second.managementKey)
        #expect(try await junction.deleteManagementKey(id: made.id) == made.managementKey)

        let error = try await Conformance.failure { () throws(APIError) in try await client.managementKeys() }
        #expect(error.kind == .unauthorized)
        #expect(!"\(error)".contains(made.key.reveal()))
    }

    @Test(arguments: ["null-", "plain-"])
    func aDeletionMayAnswerNull(_ prefix: String) async throws {
        let made = try await junction.createManagementKey(label: Conformance.unique(prefix), role: .orgAdmin)
        let deleted = try await junction.deleteManagementKey(id: made.id)
        #expect(deleted == (prefix == "null-" ? nil : made.managementKey))
        let error = try await Conformance.failure { () throws(APIError) in
            try await junction.deleteManagementKey(id: made.id)
        }
        #expect(error.kind == .notFound)
        #expect(error.message == "management key not found")
    }

    @Test(
        arguments: [
            (.unchanged, "made"), (.null, ""), (.value(""), ""), (.value("new \u{1F511}"), "new \u{1F511}"),
        ] as [(Patch<String>, String)])
    func anUpdateChangesTheLabelAsItSays(_ patch: Patch<String>, _ expected: String) async throws {
        let team = try await JunctionFixture.team()
        var key = try await junction.createManagementKey(label: "made", teamID: team).managementKey
        let updated = try await junction.updateManagementKey(id: key.id, label: patch)
        key.label = expected
        #expect(updated == key)
        #expect(try await junction.managementKeys(teamID: team) == [key])
    }

    @Test func anUpdateChangesTheTeamsAsItSays() async throws {
        let (team, other) = (try await JunctionFixture.team(), try await JunctionFixture.team())
        var key = try await junction.createManagementKey(label: "made", teamID: team).managementKey
        let patches: [(Patch<[Junction.TeamRoleBinding]>, [Junction.TeamRoleBinding]?)] = [
            (.unchanged, [.init(teamID: team)]), (.value([.init(teamID: other)]), [.init(teamID: other)]),
            (.value([]), []), (.null, nil), (.unchanged, nil),
        ]
        for (patch, expected) in patches {
            key.teamRoleBindings = expected
            #expect(try await junction.updateManagementKey(id: key.id, teamRoleBindings: patch) == key)
        }
        key.label = "both"
        key.teamRoleBindings = [.init(teamID: team), .init(teamID: other)]
        let both = try await junction.updateManagementKey(
            id: key.id, label: "both", teamRoleBindings: [.init(teamID: team), .init(teamID: other)])
        #expect(both == key)
    }

    @Test func anUpdateToAnUnknownTeamChangesNothing() async throws {
        let team = try await JunctionFixture.team()
        let key = try await junction.createManagementKey(label: "made", teamID: team).managementKey
        let error = try await Conformance.failure { () throws(APIError) in
            try await junction.updateManagementKey(
                id: key.id, label: "new", teamRoleBindings: [.init(teamID: team), .init(teamID: UUID())])
        }
        #expect(error.kind == .notFound)
        #expect(error.message == "team not found")
        #expect(try await junction.managementKeys(teamID: team) == [key])
    }

    @Test func everyTypeOfCreatorIsRead() async throws {
        let keys = try await junction.managementKeys()
        let seeded = (1...5).map { Conformance.uuid("d0000000-0000-4000-8000-00000000000\($0)") }
            .compactMap { id in keys.first { $0.id == id } }
        try #require(seeded.count == 5)
        guard case .orgMember(let member) = seeded[0].creator else { throw Unexpected(value: "\(seeded[0])") }
        #expect(member.name == "Ada" && member.email == "ada@example.com")
        #expect(member.avatar == "https://example.com/a.png")
        #expect(seeded[0].role == .teamAdmin)
        #expect(seeded[0].teamRoleBindings == [.init(teamID: JunctionFixture.teamUS)])
        #expect(seeded.dropFirst().allSatisfy { $0.role == .orgAdmin && $0.teamRoleBindings == nil })
        let account: [String: JSONValue] = [
            "type": .string("service_account"), "id": .string("sa_1"), "scopes": .array([.string("keys:write")]),
            "owner": .object(["team": .integer(7), "active": .bool(true)]),
        ]
        #expect(
            seeded.dropFirst().map(\.creator) == [
                .removedOrgMember(id: nil), .vitalStaff, .managementKey, .unknown(.object(account)),
            ])
    }

    /// The five were made in one moment, and their dates are written in three forms in one answer.
    @Test func dateFormsMixedInOneAnswerAreRead() async throws {
        let response = try await Conformance.send("GET \(JunctionFixture.path)/management_key", JunctionFixture.headers)
        let body = try JSONDecoder().decode(JSONValue.self, from: response.body)
        guard case .array(let rows)? = body["data"] else { throw Unexpected(value: "\(body)") }
        let forms = rows.prefix(5).compactMap { row -> String? in
            guard let text = row["created_at"]?.string else { return nil }
            return text.hasSuffix("+00:00") ? "offset" : text.hasSuffix("Z") ? "Z" : "naive"
        }
        #expect(forms.count == 5 && Set(forms) == ["offset", "Z", "naive"])
        let dates = try await junction.managementKeys().prefix(5).map(\.createdAt)
        let (first, last) = (try #require(dates.min()), try #require(dates.max()))
        #expect(last.timeIntervalSince(first) < 2)
    }
}
