import APIKeys
import Foundation
import Testing

@Suite(.timeLimit(.minutes(5))) struct SecretTests {
    private let secret = Secret("tok_8f3a")

    @Test func isRevealedOnPurpose() {
        #expect(secret.reveal() == "tok_8f3a")
    }

    @Test func noPrintedFormShowsIt() {
        struct Holder { var inner: Secret, list: [Secret], dictionary: [String: Secret], optional: Secret? }
        let holder = Holder(inner: secret, list: [secret], dictionary: ["a": secret], optional: secret)
        var dumped = ""
        dump(secret, to: &dumped)
        dump(holder, to: &dumped)
        let forms = [
            secret.description, secret.debugDescription, "\(secret)", String(reflecting: secret), "\(holder)",
            String(reflecting: holder), dumped, "\(Mirror(reflecting: secret).children.map { "\($0)" })",
            "\(secret as Any)", "\([secret])", String(describing: Optional(secret)),
        ]
        for form in forms {
            #expect(!form.contains("tok_8f3a"))
        }
        #expect(secret.description == "Secret(redacted)")
        #expect("\(secret)" == "Secret(redacted)")
        #expect(Mirror(reflecting: secret).children.isEmpty)
    }

    @Test func encodesOnlyWhereTheEncoderOptsIn() throws {
        let encoder = JSONEncoder()
        let error = #expect(throws: EncodingError.self) { try encoder.encode(["key": secret]) }
        #expect(!String(reflecting: error as Any).contains("tok_8f3a"))
        encoder.userInfo[.revealsSecrets] = true
        let data = try encoder.encode(["key": secret])
        #expect(String(decoding: data, as: UTF8.self) == #"{"key":"tok_8f3a"}"#)
        #expect(try JSONDecoder().decode([String: Secret].self, from: data) == ["key": secret])
    }

    @Test func comparesByItsBytes() {
        #expect(secret == Secret("tok_8f3a"))
        #expect(secret != Secret("tok_8f3b"))
        #expect(secret != Secret("tok_8f3"))
        #expect(Secret("") == Secret(""))
        // Canonically equal, but not the same bytes: a server would tell them apart.
        #expect(Secret("\u{E9}") != Secret("e\u{301}"))
        #expect(Set([secret, Secret("tok_8f3a"), Secret("other")]).count == 2)
    }
}
