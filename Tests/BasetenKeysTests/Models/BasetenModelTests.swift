import BasetenKeys
import Foundation
import Testing
import TestSupport

@Suite(.timeLimit(.minutes(5))) struct BasetenModelTests {
    private static let cases: [ModelCase] = [
        ModelCase(
            Sample.key, full: Sample.keyText, minimal: Sample.keyText, hasSecret: true,
            members: ["api_key": .required(.string)]),
        ModelCase(
            Sample.info, full: Sample.infoText, minimal: Sample.minimalInfoText,
            members: [
                "prefix": .required(.string), "type": .required(.string), "name": .optional(.string),
                "model_ids": .optional(.array), "team_name": .optional(.string), "owner": .optional(.object),
            ]),
        ModelCase(
            Sample.owner, full: Sample.ownerText, minimal: Sample.minimalOwnerText,
            members: ["user_id": .required(.string), "email": .optional(.string), "name": .optional(.string)]),
        ModelCase(
            Sample.team, full: Sample.teamText, minimal: Sample.teamText,
            members: [
                "id": .required(.string), "name": .required(.string), "default": .required(.bool),
                "created_at": .required(.date),
            ]),
    ]

    @Test(arguments: cases)
    func aModelIsReadAndWrittenAsItsSchemaSays(model: ModelCase) throws {
        #expect(try model.problems() == [])
        #expect(try model.problemsWithChangedMembers() == [])
    }

    @Test(arguments: [
        ("abcd.efgh", "abcd"), ("a.b.c", "a"), ("abcd.", "abcd"), ("abcd", nil), (".efgh", nil), ("", nil), (".", nil),
        ("é.x", "é"), ("a.\u{301}b", "a"),
    ])
    func thePrefixIsTheTextBeforeTheFirstDot(key: String, prefix: String?) {
        #expect(Baseten.APIKey(apiKey: Secret(key)).prefix == prefix)
    }

    @Test func aCreatedKeyHasASecret() {
        let bearing: any SecretBearing = Sample.key
        #expect(bearing.secret == Sample.key.apiKey)
    }

    @Test func aListedKeyIsKnownByItsPrefix() {
        #expect(Sample.info.id == "abcd1234")
    }

    @Test func aCategoryPrintsAsItIsOnTheWire() {
        #expect("\(Baseten.APIKeyCategory.workspaceInvoke)" == "WORKSPACE_INVOKE")
    }

    @Test func aKeyIsNotPrinted() {
        var dumped = ""
        dump(Sample.key, to: &dumped)
        #expect(!dumped.contains("s3cr3t"))
        #expect(!"\(Sample.key)".contains("s3cr3t"))
    }
}
