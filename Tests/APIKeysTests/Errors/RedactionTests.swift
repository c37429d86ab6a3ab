import APIKeys
import APIKeysTesting
import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct RedactionTests {
    @Test(arguments: [400, 401, 404, 422, 500])
    func anEchoedCredentialIsTakenOut(_ status: Int) async throws {
        let credential = Probe.credential
        let echo = #"""
            {"message":"bad key \#(credential)!","detail":[{"loc":["header","\#(credential)"],"msg":"no \#(credential)",
            "type":"\#(credential)","input":{"a":["x\#(credential)y"],"\#(credential)":1},"ctx":{"k":"\#(credential)"}}]}
            """#
        let headers: HTTPHeaders = ["X-Request-ID": "r-\(credential)", "X-Echo": credential]
        let transport = MockTransport(.response(HTTPResponse(status: status, headers: headers, body: Data(echo.utf8))))
        let configuration = ClientConfiguration(retry: .never)
        let error = try await failure { () throws(APIError) in
            try await Probe(transport, configuration: configuration).create()
        }
        #expect(error.message == "bad key (redacted)!")
        #expect(error.requestID == "r-(redacted)")
        var dumped = ""
        dump(error, to: &dumped)
        dump(error.kind, to: &dumped)
        for form in [error.description, String(reflecting: error), dumped, error.localizedDescription, "\(error.kind)"]
        {
            #expect(!form.contains(credential))
        }
        #expect(error.responseBody == Data(echo.utf8))
    }

    @Test func aCreatedSecretIsInNoPrintedForm() async throws {
        let transport = MockTransport(.json(text: #"{"id":"not a number","token":"tok_new"}"#))
        let error = try await failure { () throws(APIError) in try await Probe(transport).create() }
        #expect(error.kind == .decoding)
        #expect(error.outcome == .processed)
        #expect(error.recoveredSecret?.reveal() == "tok_new")
        var dumped = ""
        dump(error, to: &dumped)
        for form in [error.description, String(reflecting: error), dumped, error.localizedDescription] {
            #expect(!form.contains("tok_new"))
            #expect(form.contains("recoveredSecret"))
        }
        #expect(error.description.contains("id is not a"))
    }

    @Test func anUnderlyingErrorIsNamedNotPrinted() async throws {
        struct Leaky: Error { var token = "hidden" }
        let transport = MockTransport(.failure(Leaky()))
        let error = try await failure { () throws(APIError) in try await Probe(transport).create() }
        var dumped = ""
        dump(error, to: &dumped)
        for form in [error.description, String(reflecting: error), dumped] { #expect(!form.contains("hidden")) }
        #expect(dumped.contains("Leaky"))
        #expect(error.underlying is Leaky)
        #expect(error.kind == .network(NetworkFailure(reason: .other)))
    }

    private static let odd = #"k+/="&<é>'\ 1"#

    /// In each form in which a server may repeat a credential, and in front of whatever may hide its end.
    @Test(arguments: [
        "mg_top-secret\u{301}", "mg_top-secret\u{200D}", "mg_top-secret\u{FE0F}", "\u{301}mg_top-secret",
        "mg%5ftop%2Dsecret",
        "mg%5Ftop%2dsecret", "%6d%67_top-secret", "mg\\u005ftop-secret", "mg\\u005Ftop\\u002dsecret",
        "&#109;g_top-secret",
        "mg&#x5F;top&#x2d;secret", "mg_top-secretmg_top-secret", "mg_top-smg_top-secret",
    ])
    func noFormOfACredentialIsShown(_ echo: String) {
        // Without the marks: to Swift, a letter and the mark behind it are one character.
        let ascii = Redactor([Secret("mg_top-secret")]).redacting("a \(echo) b").unicodeScalars.filter(\.isASCII)
        let text = String(String.UnicodeScalarView(ascii))
        #expect(text.contains("(redacted)"))
        #expect(!text.contains("secret"))
        #expect(text.hasPrefix("a "))
        #expect(text.hasSuffix(" b"))
    }

    @Test(arguments: [
        RedactionTests.odd, "k%2B%2F%3D%22%26%3C%C3%A9%3E%27%5C%201", "k%2b%2f%3d%22%26%3c%c3%a9%3e%27%5c+1",
        #"k+\/=\"&<\u00e9>'\\ 1"#, #"k\u002B/=\u0022\u0026\u003C\u00E9\u003E\u0027\u005C 1"#,
        #"k+/=&quot;&amp;&lt;é&gt;&apos;\ 1"#, #"k&#43;/=&QUOT;&#38;&#X3C;&#233;&#x3E;&#39;&#92;&#32;1"#,
    ])
    func everyCharacterIsFoundInEveryForm(_ echo: String) {
        #expect(Redactor([Secret(Self.odd)]).redacting("<\(echo)>") == "<(redacted)>")
    }

    @Test func aTextWithoutASecretStaysAsItIs() {
        let redactor = Redactor([Secret("mg_top-secret"), Secret("")])
        for text in ["", "mg_top-secre", "MG_TOP-SECRET", "mg_top secret", "%6d%67_top-secre", "é\u{301} 🔑"] {
            #expect(redactor.redacting(text) == text)
        }
        #expect(Redactor([Secret("&amp;x"), Secret("&")]).redacting("&amp;x & y") == "(redacted) (redacted) y")
    }

    /// A text of nothing but beginnings of the secret.
    @Test func redactionTakesLinearTime() {
        let text = String(repeating: "%61", count: 4000)
        let start = ContinuousClock.now
        _ = Redactor([Secret(String(repeating: "a", count: 40) + "b")]).redacting(text)
        #expect(ContinuousClock.now - start < .seconds(15))
    }

    /// A server can't forge a line of a log, or paint a terminal.
    @Test func controlCharactersAreEscaped() async throws {
        let forged = "no\r\nPOST /keys 200 \u{1B}[31m\u{85}\u{2028}\u{202E}"
        let entry = ValidationError(loc: ["body", .field(forged)], msg: forged, type: forged)
        let body = try JSONEncoder().encode(HTTPValidationError(detail: [entry]))
        let transport = MockTransport(
            .response(HTTPResponse(status: 422, headers: ["X-Request-ID": "r\u{1B}1"], body: body)),
            .response(HTTPResponse(status: 400, body: Data(forged.utf8))))
        for _ in 0..<2 {
            let error = try await failure { () throws(APIError) in try await Probe(transport).create() }
            for text in [error.description, error.message ?? "", error.requestID ?? "", "\(error.kind)"] {
                #expect(!text.unicodeScalars.contains { $0.properties.generalCategory == .control })
                #expect(!text.contains("\u{2028}"))
                #expect(!text.contains("\u{202E}"))
            }
        }
    }

    /// The name of a member may hold it, on the way to what does not fit.
    @Test func aCredentialInADecodingPathIsTakenOut() async throws {
        let transport = MockTransport(.json(text: #"{"\#(Probe.credential)":{"id":[]}}"#))
        let error = try await failure { () throws(APIError) in
            try await Probe(transport).client.send(
                Operation<[String: [String: Int]]>("map", .get, ["v1"], safety: .read), options: .init())
        }
        #expect(error.kind == .decoding)
        #expect(error.description.contains("(redacted).id is not a"))
        #expect(!error.description.contains(Probe.credential))
    }

    /// The credential that a 401 refused is a secret too.
    @Test func theCredentialBeforeARenewalIsTakenOut() async throws {
        let number = Locked(0)
        let source = RefreshingCredential {
            let number = number.withLock { number in
                number += 1
                return number
            }
            return ExpiringCredential(Secret("jwt-\(number)-secret"), lifetime: nil)
        }
        let transport = MockTransport(
            .failing(.unauthorized), .failing(.forbidden, message: "jwt-1-secret is old, jwt-2-secret may not"))
        let error = try await failure { () throws(APIError) in try await Probe(transport, source: source).create() }
        #expect(error.message == "(redacted) is old, (redacted) may not")
    }
}
