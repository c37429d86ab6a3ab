import APIKeys
import APIKeysTesting
import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct RedactionTests {
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

    /// A server that has created a key and fails all the same may repeat it, or an earlier one, anywhere.
    @Test(arguments: [400, 409, 422, 500, 307])
    func aNewSecretThatAnErrorRepeatsIsTakenOut(_ status: Int) async throws {
        let body = #"""
            {"message":"cannot store TOK_NEW_SECRET","data":{"thing":[{"token":"tok_new_secret"}]},
            "detail":[{"loc":["body","tok_new_secret"],"msg":"no tok_new_secret","type":"tok_new_secret","input":"tok_new_secret"}]}
            """#
        let headers: HTTPHeaders = [
            "X-Request-ID": "r-tok_new_secret", "Location": "https://tok_new_secret.example.org/x",
            "X-Other": "tok_new_secret",
        ]
        let events = Locked("")
        let configuration = ClientConfiguration(
            retry: .never, onEvent: { event in events.withLock { $0 += everyText(of: event) } })
        let transport = MockTransport(.response(HTTPResponse(status: status, headers: headers, body: Data(body.utf8))))
        let error = try await failure { () throws(APIError) in
            try await Probe(transport, configuration: configuration).create()
        }
        let text = everyText(of: error) + everyText(of: error.kind) + events.withLock { $0 }
        #expect(!text.lowercased().contains("tok_new_secret"))
        #expect(text.contains("(redacted)"))
        #expect(error.requestID == "r-(redacted)")
        if status == 307 { #expect(error.message == "to the host (redacted).example.org") }
        if status == 409 { #expect(error.message == "cannot store (redacted)") }
        #expect(error.responseBody == Data(body.utf8))
    }

    @Test func theNewSecretIsInNoTextOfASuccess() async throws {
        let events = Locked("")
        let configuration = ClientConfiguration(onEvent: { event in events.withLock { $0 += everyText(of: event) } })
        let transport = MockTransport(
            .json(text: #"{"id":7,"token":"tok_new_secret"}"#, headers: ["X-Request-ID": "r-tok_new_secret"]))
        let (thing, response) = try await withResponseMetadata { () async throws(APIError) in
            try await Probe(transport, configuration: configuration).create()
        }
        #expect(thing.token == Secret("tok_new_secret"))
        #expect(response?.requestID == "r-(redacted)")
        #expect(!(events.withLock { $0 } + everyText(of: response as Any)).contains("tok_new_secret"))
    }

    /// Names of header fields are printed, and a server chooses them.
    @Test func aSecretInTheNameOfAHeaderIsTakenOut() async throws {
        let headers: HTTPHeaders = [Probe.credential: "kept", "X-tok_new_secret": "too", "X-Other": "x"]
        let events = Locked("")
        let configuration = ClientConfiguration(
            retry: .never, middleware: [Printing { text in events.withLock { $0 += text } }])
        let transport = MockTransport(
            .json(text: #"{"id":7,"token":"tok_new_secret"}"#, headers: headers),
            .json(text: #"{"token":"tok_new_secret"}"#, status: 500, headers: headers),
            .failure(
                NetworkFailure(
                    reason: .connectionLost,
                    partialResponse: HTTPResponse(
                        status: 500, headers: headers, body: Data(#"{"token":"tok_new_secret"#.utf8)))))
        let probe = Probe(transport, configuration: configuration)
        let (_, response) = try await withResponseMetadata { () async throws(APIError) in try await probe.create() }
        let first = try await failure { () throws(APIError) in try await probe.create() }
        let second = try await failure { () throws(APIError) in try await probe.create() }
        for value in [response as Any, first, second, first.headers, events.withLock { $0 }] {
            let text = everyText(of: value)
            #expect(!text.contains(Probe.credential) && !text.contains("tok_new_secret"), "\(text)")
        }
        #expect(first.headers.fields.prefix(2).map(\.value) == ["kept", "too"])
        #expect(first.headers.fields.prefix(2).map(\.name) == ["(redacted)", "X-(redacted)"])
    }

    /// Prints what passes.
    private struct Printing: Middleware {
        let note: @Sendable (String) -> Void

        init(_ note: @escaping @Sendable (String) -> Void) { self.note = note }

        func intercept(
            _ request: HTTPRequest, context: MiddlewareContext, next: MiddlewareNext
        ) async throws -> HTTPResponse {
            do {
                let response = try await next(request)
                note(everyText(of: response))
                return response
            } catch {
                note(everyText(of: error))
                throw error
            }
        }
    }

    /// A list may hold secrets, and a server that fails to write it may repeat them.
    @Test func aListedSecretThatAnErrorRepeatsIsTakenOut() async throws {
        struct List: Decodable, Sendable { let things: [Thing] }
        let body = #"cannot write [{'token': 'tok_listed_secret'}]: tok_listed_secret"#
        let transport = MockTransport(
            .json(["message": body], status: 400, headers: ["X-Request-ID": "r"]), .json(text: #"{"things":1}"#))
        let client = Probe(transport).client
        for kind in [APIError.Kind.badRequest, .decoding] {
            let error = try await failure { () throws(APIError) in
                try await client.send(
                    APIOperation(
                        "things", .get, ["v1"], safety: .read,
                        reads: Reading<[Thing]>.json(List.self, \.things, secrets: "token")), options: .init())
            }
            #expect(error.kind == kind)
            #expect(!everyText(of: error).contains("tok_listed_secret"))
            // It is not a new secret.
            #expect(error.recoveredSecret == nil)
        }
    }

    /// A middleware may throw an error of ours with the request's words in it.
    @Test func anErrorOfOursBehindAnotherLosesTheCallsSecrets() async throws {
        struct Throwing: Middleware {
            func intercept(
                _ request: HTTPRequest, context: MiddlewareContext, next: MiddlewareNext
            ) async throws -> HTTPResponse {
                throw APIError(
                    kind: .invalidRequest("no \(Probe.credential)"), outcome: .notProcessed,
                    message: "no \(Probe.credential)", provider: "", operation: "")
            }
        }
        let error = try await failure { () throws(APIError) in
            try await Probe(MockTransport(), configuration: ClientConfiguration(middleware: [Throwing()])).create()
        }
        #expect(error.kind == .middleware)
        #expect(!everyText(of: error).contains(Probe.credential))
        #expect((error.underlying as? APIError)?.message == "no (redacted)")
    }

    @Test func whatATransportSaysIsTakenOut() async throws {
        let credential = Probe.credential
        for kind in [APIError.Kind.invalidRequest("no \(credential)"), .badRequest] {
            let thrown = APIError(
                kind: kind, outcome: .notProcessed, message: "no \(credential)", provider: "", operation: "",
                requestID: credential)
            let error = try await failure { () throws(APIError) in
                try await Probe(MockTransport(.failure(thrown))).create()
            }
            #expect(!everyText(of: error).contains(credential))
            #expect(error.message == "no (redacted)")
        }
    }

    /// What a request before has created is a secret of the later ones too.
    @Test func theSecretOfAnUnreadableSuccessIsTakenOut() async throws {
        let headers: HTTPHeaders = ["X-Request-ID": "r-tok_new_secret"]
        let transport = MockTransport(
            .json(text: #"{"id":"tok_new_secret","token":"tok_new_secret"}"#, headers: headers))
        let error = try await failure { () throws(APIError) in try await Probe(transport).create() }
        #expect(error.kind == .decoding)
        #expect(error.requestID == "r-(redacted)")
        #expect(!everyText(of: error).contains("tok_new_secret"))
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
                APIOperation("map", .get, ["v1"], safety: .read, reads: Reading<[String: [String: Int]]>.json),
                options: .init())
        }
        #expect(error.kind == .decoding)
        #expect(error.description.contains("(redacted).id is not a"))
        #expect(!error.description.contains(Probe.credential))
    }

    /// The credential that a 401 refused is a secret too.
    @Test func theCredentialBeforeARenewalIsTakenOut() async throws {
        let source = Vault("jwt-1-secret", "jwt-2-secret")
        let transport = MockTransport(
            .failing(.unauthorized), .failing(.forbidden, message: "jwt-1-secret is old, jwt-2-secret may not"))
        let error = try await failure { () throws(APIError) in try await Probe(transport, source: source).create() }
        #expect(error.message == "(redacted) is old, (redacted) may not")
    }
}
