import Foundation
import JunctionKeys
import Testing
import TestSupport

@Suite(.timeLimit(.minutes(5))) struct JunctionModelTests {
    private static let managementKeyMembers: [String: ModelCase.Member] = [
        "id": .required(.uuid), "label": .required(.string), "created_at": .required(.date),
        "creator": .required(.object), "role": .required(.string), "team_role_bindings": .nullable(.array),
    ]
    private static let summaryMembers: [String: ModelCase.Member] = [
        "id": .required(.uuid), "name": .required(.string), "created_on": .required(.date),
        "region": .required(.string), "integration_team_id": .optional(.string),
    ]

    private static let cases: [ModelCase] = [
        ModelCase(
            Sample.teamAPIKey, full: Sample.teamAPIKeyText, minimal: Sample.teamAPIKeyText, hasSecret: true,
            members: [
                "id": .required(.uuid), "label": .required(.string), "value": .required(.string),
                "team_id": .required(.uuid), "created_at": .required(.date),
            ]),
        ModelCase(
            Sample.managementKey, full: Sample.managementKeyText, minimal: Sample.minimalManagementKeyText,
            members: managementKeyMembers),
        ModelCase(
            Sample.createdManagementKey, full: Sample.createdManagementKeyText,
            minimal: Sample.minimalCreatedManagementKeyText, hasSecret: true,
            members: managementKeyMembers.merging(["key": .required(.string)]) { $1 }),
        ModelCase(
            Junction.TeamRoleBinding(teamID: Sample.team), full: #"{"team_id":"\#(Sample.teamText)"}"#,
            minimal: #"{"team_id":"\#(Sample.teamText)"}"#, members: ["team_id": .required(.uuid)]),
        ModelCase(
            Sample.member, full: Sample.memberText, minimal: Sample.memberText,
            members: [
                "id": .required(.uuid), "name": .required(.string), "email": .required(.string),
                "avatar": .required(.string),
            ]),
        ModelCase(
            Sample.summary, full: Sample.summaryText, minimal: Sample.minimalSummaryText, members: summaryMembers),
        ModelCase(
            Sample.fullTeam, full: Sample.fullTeamText, minimal: Sample.minimalTeamText,
            members: summaryMembers.merging([
                "environments": .optional(.array), "sandbox": .nullable(.anyObject),
                "production": .nullable(.anyObject),
            ]) { $1 }),
        ModelCase(
            Sample.deletion, full: Sample.deletionText, minimal: Sample.emptyDeletionText,
            members: ["success": .required(.array), "failure": .required(.array), "not_found": .required(.array)]),
        ModelCase(
            Sample.accessToken, full: Sample.accessTokenText, minimal: Sample.accessTokenText, hasSecret: true,
            members: ["access_token": .required(.string), "expires_in": .required(.integer)]),
        ModelCase(
            Junction.ExistingTeam(teamID: Sample.team), full: #"{"team_id":"\#(Sample.teamText)"}"#,
            minimal: #"{"team_id":"\#(Sample.teamText)"}"#, members: ["team_id": .required(.uuid)]),
    ]

    @Test(arguments: cases)
    func aModelIsReadAndWrittenAsItsSchemaSays(model: ModelCase) throws {
        #expect(try model.problems() == [])
        #expect(try model.problemsWithChangedMembers() == [])
    }

    @Test func datesInEveryFormAreRead() throws {
        for text in ["2024-05-01T12:00:00+00:00", "2024-05-01T12:00:00.000000Z", "2024-05-01T12:00:00"] {
            let json = Sample.teamAPIKeyText.replacing(Sample.dateText, with: text)
            let key = try JSONDecoder().decode(Junction.TeamAPIKey.self, from: Data(json.utf8))
            #expect(key.createdAt == Date(timeIntervalSince1970: 1_714_564_800))
        }
    }

    @Test func aCreatedKeyHasTheMembersOfTheListedOne() {
        let created = Sample.createdManagementKey
        #expect(created.id == Sample.id)
        #expect(created.label == "ops")
        #expect(created.createdAt == Sample.date)
        #expect(created.creator == .orgMember(Sample.member))
        #expect(created.role == .teamAdmin)
        #expect(created.teamRoleBindings == [.init(teamID: Sample.team)])
    }

    @Test func whatHoldsASecretSaysSo() {
        let models: [any SecretBearing] = [Sample.createdManagementKey, Sample.teamAPIKey, Sample.accessToken]
        #expect(models.map { $0.secret.reveal() } == ["mg_new", "sk_us_1", "at_1"])
    }

    @Test func aTeamIsSummedUpAsTheListDoes() {
        #expect(Sample.fullTeam.summary == Sample.summary)
    }

    @Test func namesPrintAsTheyAreOnTheWire() {
        #expect("\(Junction.Environment.sandbox)" == "sandbox")
        #expect("\(Junction.Region.eu)" == "eu")
        #expect("\([Junction.Role(rawValue: "auditor")])" == "[auditor]")
    }

    @Test func namesThatAreNotKnownAreKept() throws {
        let json = Sample.managementKeyText.replacing("team_admin", with: "auditor")
        let key = try JSONDecoder().decode(Junction.ManagementKey.self, from: Data(json.utf8))
        #expect(key.role == Junction.Role(rawValue: "auditor"))
    }

    @Test(arguments: [Int64.min, -1, 0, Int64.max])
    func anExpiryOfAnyLengthComesBack(seconds: Int64) throws {
        let json = Sample.accessTokenText.replacing("3600", with: String(seconds))
        let token = try JSONDecoder().decode(Junction.TeamAccessToken.self, from: Data(json.utf8))
        #expect(token.expiresIn == .seconds(seconds))
        #expect(try written(token) == json)
    }

    @Test func anExpiryThatIsNoWholeNumberOfSecondsIsNoTrap() throws {
        for number in ["9223372036854775808", "1e300", "-1e30", "0.5"] {
            let json = Sample.accessTokenText.replacing("3600", with: number)
            #expect(throws: DecodingError.self) {
                try JSONDecoder().decode(Junction.TeamAccessToken.self, from: Data(json.utf8))
            }
        }
        var token = Sample.accessToken
        token.expiresIn = .milliseconds(3_600_999)
        #expect(try written(token) == Sample.accessTokenText)
        token.expiresIn = .seconds(Int64.max) * 2
        #expect(throws: EncodingError.self) { try written(token) }
    }

    private func written(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        encoder.userInfo[.revealsSecrets] = true
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}

@Suite(.timeLimit(.minutes(5))) struct PartialDeletionTests {
    private struct Leaky: Error, CustomStringConvertible {
        var description: String { "hidden" }
    }

    @Test func aForeignErrorIsPrintedByItsTypeAlone() {
        let error = Junction.PartialDeletion(
            completed: .init(success: [Sample.team]), remaining: [Sample.team], underlying: Leaky())
        let text = everyText(of: error)
        #expect(!text.contains("hidden"))
        #expect(error.description == "1 keys deleted, 0 not deleted, 0 not found, 1 remaining: Leaky")
    }
}
