import NekudaKeys
import Testing
import TestSupport

@Suite(.timeLimit(.minutes(5))) struct NekudaModelTests {
    private static let members: [String: ModelCase.Member] = [
        "id": .required(.string), "org_id": .required(.uuid), "name": .required(.string),
        "public_key": .required(.string), "private_key_display": .required(.string), "created_at": .required(.date),
        "description": .optional(.string), "is_revoked": .optional(.bool), "revoked_at": .optional(.date),
        "last_used_at": .optional(.date), "environment": .optional(.string),
    ]

    private static let cases: [ModelCase] = [
        ModelCase(
            Sample.key, full: Sample.keyText, minimal: Sample.minimalKeyText,
            writtenMinimal: Sample.writtenMinimalKeyText, members: members),
        ModelCase(
            Sample.created, full: Sample.createdText, minimal: Sample.minimalCreatedText,
            writtenMinimal: Sample.writtenMinimalCreatedText, hasSecret: true,
            members: members.merging(["private_key": .required(.string)]) { $1 }),
        ModelCase(
            Sample.revoked, full: Sample.revokedText, minimal: Sample.minimalRevokedText,
            members: [
                "id": .required(.string), "org_id": .required(.uuid), "name": .required(.string),
                "is_revoked": .required(.bool), "created_at": .required(.date), "description": .optional(.string),
                "expires_at": .optional(.date), "last_used_at": .optional(.date),
            ]),
    ]

    @Test(arguments: cases)
    func aModelIsReadAndWrittenAsItsSchemaSays(model: ModelCase) throws {
        #expect(try model.problems() == [])
        #expect(try model.problemsWithChangedMembers() == [])
    }

    @Test func aCreatedKeyHasTheMembersOfTheListedOneAndASecret() {
        #expect(Sample.created.id == "k/1")
        #expect(Sample.created.name == "ci")
        #expect(Sample.created.description == "for ci")
        let bearing: any SecretBearing = Sample.created
        #expect(bearing.secret == Sample.created.privateKey)
    }
}
