import Foundation
import JunctionKeys
import Testing
import TestSupport

@Suite(.timeLimit(.minutes(5))) struct CreatorTests {
    private func read(_ text: String) throws -> Junction.Creator {
        try JSONDecoder().decode(Junction.Creator.self, from: Data(text.utf8))
    }

    @Test(arguments: [
        (Junction.Creator.orgMember(Sample.member), Sample.creatorText),
        (.removedOrgMember(id: Sample.id), #"{"id":"\#(Sample.idText)","type":"removed_org_member"}"#),
        (.removedOrgMember(id: nil), #"{"id":null,"type":"removed_org_member"}"#),
        (.vitalStaff, #"{"type":"vital_staff"}"#),
        (.managementKey, #"{"type":"management_key"}"#),
        (
            .unknown(.object(["type": .string("robot"), "serial": .integer(7), "parts": .array([.null])])),
            #"{"parts":[null],"serial":7,"type":"robot"}"#
        ),
    ])
    func everyTypeIsReadAndWritten(creator: Junction.Creator, text: String) throws {
        #expect(try read(text) == creator)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        #expect(String(decoding: try encoder.encode(creator), as: UTF8.self) == text)
    }

    @Test(arguments: [
        "{}", "null", "7", "[]", #""org_member""#, #"{"type":null}"#, #"{"type":7}"#, #"{"type":["org_member"]}"#,
        #"{"type":"org_member"}"#, #"{"type":"removed_org_member"}"#, #"{"type":"removed_org_member","id":"x"}"#,
        #"{"type":"removed_org_member","id":{}}"#,
    ])
    func aKnownTypeOfAnotherShapeIsAnError(text: String) {
        #expect(throws: DecodingError.self) { try read(text) }
    }

    @Test func everyMemberOfAMemberIsNeeded() throws {
        for mutation in try JSONMutation.all(of: Sample.creatorText) where mutation.path.count == 1 {
            let isText = mutation.change == .string && mutation.path != ["id"]
            let isRead = (try? read(mutation.text)) != nil
            // Another `type` makes it a creator that is not known, and no longer a member.
            #expect(isRead == (isText || mutation.change == .doubled), "\(mutation)")
        }
    }
}
