import APIKeysTesting
import Foundation
import JunctionKeys

/// Values and the JSON that stands for them.
enum Sample {
    static let organization = uuid(1)
    static let team = uuid(2)
    static let id = uuid(3)
    static let date = Date(timeIntervalSince1970: 1_714_564_800.141)

    static func uuid(_ number: Int) -> UUID {
        let digits = String(number, radix: 16, uppercase: true)
        return UUID(uuidString: "ABCDEF00-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits)
            ?? UUID()
    }

    static let organizationText = "abcdef00-0000-4000-8000-000000000001"
    static let teamText = "abcdef00-0000-4000-8000-000000000002"
    static let idText = "abcdef00-0000-4000-8000-000000000003"
    static let dateText = "2024-05-01T12:00:00.141Z"

    static func client(_ transport: MockTransport) -> JunctionClient {
        JunctionClient(
            managementKey: Secret("mg_test"), organizationID: organization,
            configuration: ClientConfiguration(retry: .never), transport: transport)
    }

    static let teamAPIKey = Junction.TeamAPIKey(
        id: id, label: "ci", value: Secret("sk_us_1"), teamID: team, createdAt: date)
    static let teamAPIKeyText =
        #"{"created_at":"\#(dateText)","id":"\#(idText)","label":"ci","team_id":"\#(teamText)","value":"sk_us_1"}"#

    static let member = Junction.OrgMember(id: uuid(9), name: "Ada", email: "ada@example.com", avatar: "https://a/b")
    static let memberMembers =
        #""avatar":"https://a/b","email":"ada@example.com","id":"abcdef00-0000-4000-8000-000000000009","name":"Ada""#
    static let memberText = "{\(memberMembers)}"
    static let creatorText = #"{\#(memberMembers),"type":"org_member"}"#

    static let managementKey = Junction.ManagementKey(
        id: id, label: "ops", createdAt: date, creator: .orgMember(member), role: .teamAdmin,
        teamRoleBindings: [.init(teamID: team)])
    static let managementKeyText = managementKeyText(key: nil)
    static let minimalManagementKey = Junction.ManagementKey(
        id: id, label: "ops", createdAt: date, creator: .vitalStaff, role: .orgAdmin, teamRoleBindings: nil)
    static let minimalManagementKeyText = minimalManagementKeyText(key: nil)

    static let createdManagementKey = Junction.CreatedManagementKey(
        managementKey: managementKey, key: Secret("mg_new"))
    static let createdManagementKeyText = managementKeyText(key: "mg_new")
    static let minimalCreatedManagementKey = Junction.CreatedManagementKey(
        managementKey: minimalManagementKey, key: Secret("mg_new"))
    static let minimalCreatedManagementKeyText = minimalManagementKeyText(key: "mg_new")

    private static func managementKeyText(key: String?) -> String {
        #"{"created_at":"\#(dateText)","creator":\#(creatorText),"id":"\#(idText)","#
            + (key.map { #""key":"\#($0)","# } ?? "")
            + #""label":"ops","role":"team_admin","team_role_bindings":[{"team_id":"\#(teamText)"}]}"#
    }

    private static func minimalManagementKeyText(key: String?) -> String {
        #"{"created_at":"\#(dateText)","creator":{"type":"vital_staff"},"id":"\#(idText)","#
            + (key.map { #""key":"\#($0)","# } ?? "")
            + #""label":"ops","role":"org_admin","team_role_bindings":null}"#
    }

    static let summary = Junction.TeamSummary(
        id: team, name: "Clinic", createdOn: date, region: .eu, integrationTeamID: "c-1")
    static let summaryText =
        #"{"created_on":"\#(dateText)","id":"\#(teamText)","integration_team_id":"c-1","name":"Clinic","region":"eu"}"#
    static let minimalSummary = Junction.TeamSummary(id: team, name: "Clinic", createdOn: date, region: .eu)
    static let minimalSummaryText =
        #"{"created_on":"\#(dateText)","id":"\#(teamText)","name":"Clinic","region":"eu"}"#

    static let fullTeam = Junction.Team(
        id: team, name: "Clinic", createdOn: date, region: .eu, integrationTeamID: "c-1",
        environments: [.production, .sandbox], sandbox: ["a": .array([.integer(1), .null])], production: [:])
    static let fullTeamText =
        #"{"created_on":"\#(dateText)","environments":["production","sandbox"],"id":"\#(teamText)","#
        + #""integration_team_id":"c-1","name":"Clinic","production":{},"region":"eu","sandbox":{"a":[1,null]}}"#
    static let minimalTeam = Junction.Team(
        id: team, name: "Clinic", createdOn: date, region: .eu, sandbox: nil, production: nil)
    static let minimalTeamText =
        #"{"created_on":"\#(dateText)","id":"\#(teamText)","name":"Clinic","production":null,"region":"eu","#
        + #""sandbox":null}"#

    static let deletion = Junction.BulkDeletion(success: [uuid(4)], failure: [uuid(5)], notFound: [uuid(6), uuid(7)])
    static let deletionText =
        #"{"failure":["abcdef00-0000-4000-8000-000000000005"],"not_found":["abcdef00-0000-4000-8000-000000000006","#
        + #""abcdef00-0000-4000-8000-000000000007"],"success":["abcdef00-0000-4000-8000-000000000004"]}"#
    static let emptyDeletionText = #"{"failure":[],"not_found":[],"success":[]}"#

    static let accessToken = Junction.TeamAccessToken(accessToken: Secret("at_1"), expiresIn: .seconds(3600))
    static let accessTokenText = #"{"access_token":"at_1","expires_in":3600}"#
}
