import APIKeys
import APIKeysTesting
import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct ErrorBodyTests {
    /// The real body of pydantic v2 for a label that is a number and a team id that is none.
    private let pydantic = #"""
        {"detail":[{"type":"string_type","loc":["body","label"],"msg":"Input should be a valid string","input":5},
        {"type":"uuid_parsing","loc":["body","team_role_bindings",0,"team_id"],"msg":"Input should be a valid UUID",
        "input":"x","ctx":{"error":"invalid length"}}]}
        """#

    @Test func everyEntryOfA422IsTyped() async throws {
        let error = try await refused(422, pydantic)
        let expected = HTTPValidationError(detail: [
            ValidationError(
                loc: ["body", "label"], msg: "Input should be a valid string", type: "string_type", input: .integer(5)),
            ValidationError(
                loc: ["body", "team_role_bindings", 0, "team_id"], msg: "Input should be a valid UUID",
                type: "uuid_parsing", input: .string("x"), ctx: ["error": .string("invalid length")]),
        ])
        #expect(error.kind == .validation(expected))
        #expect(expected.detail.map(\.path) == ["body.label", "body.team_role_bindings[0].team_id"])
        #expect(error.status == 422)
        #expect(error.outcome == .notProcessed)
        #expect(error.responseBody == Data(pydantic.utf8))
        let description =
            "Probe.create: 422 validation failed: body.label: Input should be a valid string (string_type); "
            + "body.team_role_bindings[0].team_id: Input should be a valid UUID (uuid_parsing) (not processed)"
        #expect(error.description == description)
        #expect(error.localizedDescription == description)
    }

    @Test func theSchemaIsReadAndWrittenAsItStands() throws {
        let error = try JSONDecoder().decode(HTTPValidationError.self, from: Data(pydantic.utf8))
        let again = try JSONDecoder().decode(HTTPValidationError.self, from: JSONEncoder().encode(error))
        #expect(again == error)
        #expect(try JSONDecoder().decode(HTTPValidationError.self, from: Data("{}".utf8)).detail.isEmpty)
    }

    @Test(arguments: [
        (#"{"detail":"invalid token"}"#, "invalid token"), (#"{"message":"a","detail":"b"}"#, "a"),
        (#"{"detail":{"error_type":"t","error_message":"too many"}}"#, "too many"),
        (#"{"detail":{"message":"m"}}"#, "m"), (#"{"error":{"code":1,"message":"m","status_code":401}}"#, "m"),
        (#"{"code":"VALIDATION_ERROR","message":"m"}"#, "m"), (#"{"error":"e"}"#, "e"),
        (#"{"detail":["one","two"]}"#, "one; two"), (#""just text""#, "just text"), ("plain text\n", "plain text"),
        (#"{"detail":{"other":1}}"#, nil), (#"{"detail":null}"#, nil), (#"{"detail":[]}"#, nil),
        (#"{"detail":7}"#, nil),
        ("{}", nil), ("[]", nil), ("null", nil), ("", nil), ("   ", nil), ("<html>Bad gateway</html>", nil),
        (#"{"detail":"inv"#, nil), (#"{"message":""}"#, nil), (#"{"team_id":"x"}"#, nil),
    ])
    func messageIsWhatTheServerSaid(_ body: String, _ message: String?) async throws {
        for status in [400, 409, 422, 503] {
            let error = try await refused(status, body)
            #expect(error.message == message)
            #expect(error.status == status)
            if status == 422 { #expect(error.kind == .validation(HTTPValidationError(detail: []))) }
        }
    }

    @Test func textThatIsNotUTF8IsReadAsLatin1() async throws {
        let transport = MockTransport(.response(HTTPResponse(status: 400, body: Data([0x6E, 0xE9, 0x65]))))
        let error = try await failure { () throws(APIError) in try await Probe(transport).create() }
        #expect(error.message == "n\u{E9}e")
    }

    @Test func aLongMessageIsCut() async throws {
        #expect(try await refused(400, String(repeating: "x", count: 100_000)).message?.count == 2000)
    }

    @Test(arguments: [
        (
            #"{"detail":[{"loc":["body"],"msg":"m","type":"t"},{"loc":"body","msg":"m","type":"t"},7,{"msg":"m"},{}]}"#,
            3
        ),
        (#"{"detail":[{"loc":["body",1.5,null,{}],"msg":"m"}]}"#, 1),
        (#"{"detail":[{"loc":["body"]},{"type":"t"}]}"#, 0),
        (#"{"detail":[{"loc":[],"msg":"m","type":"t","ctx":[1],"input":null}]}"#, 1),
        (#"{"detail":[{"loc":["a",99999999999],"msg":"m","type":"t"}]}"#, 1),
        (#"{"detail":{"loc":["body"],"msg":"m","type":"t"}}"#, 0), ("not json", 0), ("", 0),
    ])
    func entriesThatCanBeReadAreKept(_ body: String, _ count: Int) async throws {
        guard case .validation(let error) = try await refused(422, body).kind else {
            Issue.record("not a validation error")
            return
        }
        #expect(error.detail.count == count)
    }

    @Test(arguments: [
        (300, APIError.Kind.redirect), (301, .redirect), (302, .redirect), (303, .redirect), (304, .redirect),
        (305, .redirect), (306, .redirect), (307, .redirect), (308, .redirect), (399, .redirect), (400, .badRequest),
        (401, .unauthorized), (403, .forbidden),
        (404, .notFound), (408, .unexpectedStatus), (409, .conflict), (410, .unexpectedStatus), (429, .rateLimited),
        (500, .server), (503, .server), (599, .server), (600, .unexpectedStatus), (0, .unexpectedStatus),
        (-1, .unexpectedStatus), (199, .unexpectedStatus),
    ])
    func everyStatusHasAKind(_ status: Int, _ kind: APIError.Kind) async throws {
        let error = try await refused(status, "<html>")
        #expect(error.kind == kind)
        // By 301, 302 and 303 a server points at what a POST has made, and gateways send a 408 behind it.
        let isRefusal = [300, 304, 305, 307, 308].contains(status) || (400...429).contains(status) && status != 408
        #expect(error.outcome == (isRefusal ? .notProcessed : .unknown))
    }

    @Test func aRedirectNamesTheHostAlone() async throws {
        let headers: HTTPHeaders = ["Location": "https://elsewhere.example.org/path?token=hidden"]
        let transport = MockTransport(.response(HTTPResponse(status: 307, headers: headers)))
        let error = try await failure { () throws(APIError) in try await Probe(transport).create() }
        #expect(error.kind == .redirect)
        #expect(error.message == "to the host elsewhere.example.org")
    }

    private func refused(_ status: Int, _ body: String) async throws -> APIError {
        let transport = MockTransport(.response(HTTPResponse(status: status, body: Data(body.utf8))))
        let configuration = ClientConfiguration(retry: .never)
        return try await failure { () throws(APIError) in
            try await Probe(transport, configuration: configuration).create()
        }
    }
}
