import APIKeys
import Foundation
import Testing

@Suite(.timeLimit(.minutes(5))) struct RedactorTests {
    private static let secret = "mg_top-secret_K7f3Q9"
    private static let odd = #"k+/="&<é>'\ 1"#

    /// In each form in which a server may repeat a credential, and in front of whatever may hide its end.
    @Test(arguments: [
        secret, secret.uppercased(), secret.lowercased(), secret + "\u{301}", secret + "\u{200D}", "\u{301}" + secret,
        "mg%5ftop%2Dsecret%5fK7f3Q9", "%6d%67_top-secret_K7f3Q9", "mg\\u005ftop\\u002Dsecret\\u{5f}K7f3Q9",
        "&#109;g_top-secret_K7f3Q9", "&#0000109;&#x00067;_top-secret_K7f3Q9", "mg&lowbar;top&hyphen;secret&#95K7f3Q9",
        "mg\\x5ftop-secret_K7f3Q9", "mg%255ftop-secret_K7f3Q9", "mg&amp;#95;top-secret_K7f3Q9",
        "mg\\\\u005ftop-secret_K7f3Q9",
        "mg_top\u{AD}-secret_K7f3Q9", "mg_top&shy;-secret_K7f3Q9", "mg_top&#173;-secret_K7f3Q9",
        "mg_top%C2%AD-secret_K7f3Q9",
        "m\u{301}g\u{200B}_\u{FE0F}t\u{2060}o\u{0}p\n-\u{202E}s\u{E0020}e\u{FEFF}c\u{34F}ret_K7f3Q9",
        "m\u{FFFD}g_top-se\u{1B}cret_K7f3Q9", secret + secret, "mg_top-s" + secret,
    ])
    func noFormOfACredentialIsShown(_ echo: String) {
        // Without the marks: to Swift, a letter and the mark behind it are one character.
        let redacted = Redactor([Secret(Self.secret)]).redacting("a \(echo) b")
        let text = String(String.UnicodeScalarView(redacted.unicodeScalars.filter(\.isASCII)))
        #expect(text.hasPrefix("a "))
        #expect(text.hasSuffix(" b"))
        #expect(text.contains("(redacted)"))
        #expect(!text.contains("secret") && !text.contains("K7f3Q9") && !text.lowercased().contains("top"))
    }

    @Test(
        arguments: ["", "x", "xy", "Bearer ", "user:", "a longer text in front of "], ["", "!", "!!", " and behind"])
    func itsBase64IsFoundInAnyOther(_ before: String, _ behind: String) {
        let data = Data((before + Self.secret + behind).utf8).base64EncodedString()
        for text in [
            data, data.replacing("=", with: ""), data.replacing("+", with: "-").replacing("/", with: "_"),
            data.replacing("=", with: "%3D"), data.replacing("/", with: "\\/"),
        ] {
            let redacted = Redactor([Secret(Self.secret)]).redacting("<\(text)>")
            #expect(redacted.contains("(redacted)"))
            // At either end, a character of Base64 may also hold bits of what stands beside the secret.
            let rest = redacted.replacing("(redacted)", with: " ").split(separator: " ").map(String.init)
            let shown = rest.compactMap { Data(base64Encoded: $0.filter { !"<>=".contains($0) } + "==") }
            #expect(!shown.contains { String(decoding: $0, as: UTF8.self).contains("top") })
            #expect(redacted.utf8.count < text.utf8.count + 12 - Self.secret.utf8.count)
        }
    }

    @Test func aCharacterIsTakenOutAsAWhole() {
        #expect(Redactor([Secret("abcdefgé")]).redacting("abcdefgè!") == "(redacted)!")
        // The bytes of ä are C3 A4, and those of Ĥ C4 A4.
        #expect(Redactor([Secret("xäbcdefgh")]).redacting("xäbcdefghĤbcdefgh") == "(redacted)")
    }

    @Test func everyRunOfEightCharactersIsFound() {
        let redactor = Redactor([Secret(Self.secret)])
        let secret = Array(Self.secret)
        for start in secret.indices {
            for end in (start + 1)...secret.count {
                let part = String(secret[start..<end])
                let expected = end - start >= 8 ? "<(redacted)>" : "<\(part)>"
                #expect(redactor.redacting("<\(part)>") == expected)
                #expect(redactor.redacting("<\(part.uppercased())>").contains("redacted") == (end - start >= 8))
            }
        }
        #expect(redactor.redacting("mg_top-secr***f3Q9") == "(redacted)***f3Q9")
    }

    @Test(arguments: [
        odd, "k%2B%2F%3D%22%26%3C%C3%A9%3E%27%5C%201", "k%2b%2f%3d%22%26%3c%c3%a9%3e%27%5c+1",
        #"k+\/=\"&<\u00e9>'\\ 1"#, #"k\u002B/=\u0022\u0026\u003C\u00E9\u003E\u0027\u005C 1"#,
        #"k+/=&quot;&amp;&lt;é&gt;&apos;\ 1"#, #"k&#43;/=&QUOT;&#38;&#X3C;&#233;&#x3E;&#039;&#92;&#32;1"#,
        #"k&plus;&sol;&equals;&quot;&amp;&lt;é&gt;&#000000039;&bsol; 1"#,
    ])
    func everyCharacterIsFoundInEveryForm(_ echo: String) {
        #expect(Redactor([Secret(Self.odd)]).redacting("<\(echo)>") == "<(redacted)>")
    }

    /// Found by Tests/Fuzz: the short one at its end was taken out, and the beginning of the long one was left.
    @Test func aSecretWithinAnotherLeavesNothingOfIt() {
        let redactor = Redactor([Secret(Self.secret), Secret("f3Q9"), Secret("ecre"), Secret("3345"), Secret("345")])
        #expect(redactor.redacting("<\(Self.secret)> 3345") == "<(redacted)> (redacted)")
    }

    @Test func aTextWithoutASecretStaysAsItIs() {
        let redactor = Redactor([Secret("mg_top-secret"), Secret("")])
        for text in ["", "mg_top-", "MG_TOP_SECRET", "mg_top secret", "%6d%67_top", "é\u{301} 🔑", "&&#;%%\\", "a%"] {
            #expect(redactor.redacting(text) == text)
        }
        #expect(Redactor([]).redacting("mg") == "mg")
        #expect(Redactor([Secret("\u{200B}")]).redacting("a") == "a")
        #expect(Redactor([Secret("&amp;x"), Secret("&")]).redacting("&amp;x & y") == "(redacted) (redacted) y")
        #expect(Redactor([Secret("äöü")]).redacting("xäöüx \u{E4}\u{F6}") == "x(redacted)x äö")
    }

    /// Each of these made an earlier redactor follow the secret from every place of the text: 4.6 seconds.
    @Test(arguments: [
        (String(repeating: "a", count: 999) + "b", "a"), (String(repeating: "ab", count: 500), "ab"),
        (String(repeating: "a", count: 40) + "b", "%61"), (String(repeating: "a", count: 1000), "&#0097;"),
        (String(repeating: "\\", count: 1000), "\\"), (String(repeating: "%61", count: 300) + "%", "%61"),
        (String(repeating: "&", count: 1000), "&#"), (String(repeating: "é", count: 500) + "e", "é"),
        (String(repeating: "a", count: 7), "a"), (String(repeating: "x", count: 1000), "&#00000000"),
    ])
    func redactionTakesLinearTime(_ secret: String, _ piece: String) {
        func time(_ size: Int) -> Duration {
            let text = String(repeating: piece, count: size / piece.utf8.count)
            let redactor = Redactor([Secret(secret)])
            return ContinuousClock().measure { _ = redactor.redacting(text) }
        }
        #expect(time(128 * 1024) < .seconds(15))
    }

    /// As many secrets as a hostile body can name.
    @Test func manySecretsTakeLinearTime() {
        let secrets = (0..<4_000).map { Secret("secret-\($0)") }
        let text = String(repeating: "secret-1999 ", count: 4_000)
        let time = ContinuousClock().measure { _ = Redactor(secrets).redacting(text) }
        #expect(time < .seconds(30))
    }

    @Test func dataStaysAsItIsButForASecret() throws {
        let redactor = Redactor([Secret("mg_top-secret"), Secret("12345678901")])
        let json =
            #"{"detail":[{"loc":["body"],"msg":"m\u001b","type":"t","input":{"a\n":"\u001b\u202e mg_top-secret","n":12345678901},"#
            + #""ctx":{"k":"\r\n"}}]}"#
        let error = try JSON.value(HTTPValidationError.self, from: Data(json.utf8))
        let entry = try #require(redactor.redacting(error).detail.first)
        #expect(
            entry.input
                == .object(["a\n": .string("\u{1B}\u{202E} (redacted)"), "n": .string("(redacted)")]))
        #expect(entry.ctx == ["k": .string("\r\n")])
        #expect(entry.msg == #"m\u{1B}"#)
        var dumped = ""
        dump(entry, to: &dumped)
        for text in [dumped, "\(entry)", String(reflecting: entry), "\(entry.input ?? .null)", "\([entry.input])"] {
            #expect(!text.unicodeScalars.contains { $0 != "\n" && $0.properties.generalCategory == .control })
            #expect(!text.unicodeScalars.contains { $0.properties.generalCategory == .format })
        }
    }

    /// Where a new secret stands in what a server, or a program behind it, prints.
    @Test(arguments: [
        #"{"token":"tok_new_1"}"#, #"{"a":[{"TOKEN" : "tok_new_1"}],"token":null}"#,
        #"{"t\u006fken":"tok\u005fnew\u005f1"}"#,
        #"{"token":{"value":["tok_new_1"]}}"#, #"{"message":"upstream: {\"token\":\"tok_new_1\"}"}"#,
        #"{"message":"{\\\"token\\\": \\\"tok_new_1\\\"}"}"#, "token=tok_new_1&x=y", "a 'token': 'tok_new_1' b",
        "token: tok_new_1",
        "<r><token>tok_new_1</token></r>", #"{"id":7,"token":"tok_new_1"#, #"x token="tok_new_1" y"#,
        "token=>tok_new_1",
        "{&quot;token&quot;:&quot;tok_new_1&quot;}", "%7B%22token%22%3A%22tok_new_1%22%7D",
        "\u{FEFF}{\"token\":\"tok_new_1\"}",
        #"{"x":NaN,"token":"tok_new_1"}"#, #"{"to_ken":"tok_new_1"}"#,
    ])
    func aSecretIsFoundWhereverItStands(_ body: String) {
        let secrets = SecretMentions.secrets(named: "token", in: Data(body.utf8))
        #expect(secrets.contains(Secret("tok_new_1")))
        #expect(Redactor(secrets).redacting("no TOK_NEW_1!").hasPrefix("no (redacted)"))
    }

    @Test(arguments: [
        "", "token", "token:", "the token: must not be empty", #"{"token":null}"#, #"{"token":""}"#,
        #"{"token":"abc"}"#,
        #"{"a":"token","b":"tok_new_1"}"#, #"{"tokens":"tok_new_1"}"#, "my-token=tok_new_1",
    ])
    func whatIsNoSecretIsLeft(_ body: String) {
        #expect(SecretMentions.secrets(named: "token", in: Data(body.utf8)).isEmpty)
    }

    /// 64 KiB of one secret, of many, and of their name alone.
    @Test(arguments: [
        #"{"id":null,"token":""# + String(repeating: "abcdefg", count: 9_000) + "\"}",
        "[" + (0..<4_000).map { #"{"token":"tok_\#($0)"}"# }.joined(separator: ",") + "]",
        String(repeating: "token=", count: 10_000), String(repeating: #"{"token":"#, count: 7_000),
        String(repeating: "token:", count: 10_000),
    ])
    func aHostileBodyTakesLittleTime(_ body: String) {
        let start = ContinuousClock.now
        let secrets = SecretMentions.secrets(named: "token", in: Data(body.utf8))
        #expect(secrets.reduce(0) { $0 + $1.reveal().utf8.count } <= 2 * 64 * 1024)
        _ = Redactor(secrets).redacting("token=tok_7")
        #expect(ContinuousClock.now - start < .seconds(60))
    }
}
