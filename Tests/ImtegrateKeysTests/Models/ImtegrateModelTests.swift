import Foundation
import ImtegrateKeys
import Testing
import TestSupport

@Suite(.timeLimit(.minutes(5))) struct ImtegrateModelTests {
    private static let members: [String: ModelCase.Member] = [
        "id": .required(.uuid), "org_id": .required(.uuid), "prefix": .required(.string), "name": .required(.string),
        "scopes": .required(.array), "last_used_at": .nullable(.date), "revoked_at": .nullable(.date),
        "created_at": .required(.date),
    ]

    private static let cases: [ModelCase] = [
        ModelCase(Sample.key, full: Sample.keyText, minimal: Sample.minimalKeyText, members: members),
        ModelCase(
            Sample.created, full: Sample.createdText, minimal: Sample.minimalCreatedText, hasSecret: true,
            members: members.merging(["token": .required(.string)]) { $1 }),
    ]

    @Test(arguments: cases)
    func aModelIsReadAndWrittenAsItsSchemaSays(model: ModelCase) throws {
        #expect(try model.problems() == [])
        #expect(try model.problemsWithChangedMembers() == [])
    }

    @Test func aCreatedKeyHasTheMembersOfTheListedOneAndASecret() {
        #expect(Sample.created.id == Sample.id)
        #expect(Sample.created.name == "ci")
        #expect(Sample.created.revokedAt == Sample.date)
        let bearing: any SecretBearing = Sample.created
        #expect(bearing.secret == Sample.created.token)
    }

    @Test func anEnvironmentPrintsAsItIsOnTheWire() {
        #expect("\(Imtegrate.Environment.live)" == "live")
    }

    @Test(arguments: [
        ("ik_test_x", Imtegrate.Environment.test), ("ik_live_x", .live), ("ik_live_", .live), ("ik_prod_x", nil),
        ("ik_live", nil), ("", nil), ("x_ik_live_", nil),
    ])
    func theEnvironmentIsReadOffTheToken(token: String, environment: Imtegrate.Environment?) {
        var key = Sample.created
        key.token = Secret(token)
        #expect(key.environment == environment)
    }
}
