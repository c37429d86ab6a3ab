import APIKeys
import APIKeysTesting
import Foundation
import TestSupport
import Testing

/// The table of the documentation, Reading-the-servers-reason.md, row by row.
@Suite(.timeLimit(.minutes(5))) struct ReasonTests {
    static let shapes: [(name: String, body: String, reason: String)] = [
        ("FastAPI", #"{"detail":"Not authenticated"}"#, "Not authenticated"),
        (
            "FastAPI, entries", #"{"detail":[{"loc":["body","label"],"msg":"Field required","type":"missing"}]}"#,
            "body.label: Field required (missing)"
        ),
        ("entries without a type", #"{"detail":[{"loc":["body",0],"msg":"m"},{"msg":"n"}]}"#, "body[0]: m; n"),
        (
            "entries with an odd place", #"{"detail":[{"loc":"body.a","msg":"m"},{"loc":["a",null,1],"msg":"n"}]}"#,
            "body.a: m; a[1]: n"
        ),
        ("a message", #"{"message":"Quota exceeded","code":7}"#, "Quota exceeded"),
        ("ASP.NET", #"{"Message":"No access"}"#, "No access"),
        ("an error object", #"{"error":{"code":401,"message":"Bad key","status":"X"}}"#, "Bad key"),
        ("OAuth", #"{"error":"invalid_client","error_description":"Unknown client"}"#, "Unknown client"),
        ("Vapor", #"{"error":true,"reason":"Bad label"}"#, "Bad label"),
        ("errors", #"{"errors":[{"message":"one"},{"message":"two","path":["a"]}]}"#, "one; a: two"),
        ("errors, texts", #"{"errors":["one","two"]}"#, "one; two"),
        ("Rails", #"{"errors":{"name":["is taken","is short"]}}"#, "name: is taken; is short"),
        (
            "Django REST", #"{"name":["is taken"],"non_field_errors":["nope"]}"#,
            "name: is taken; non_field_errors: nope"
        ),
        (
            "problem details", #"{"type":"about:blank","title":"Forbidden","status":403,"detail":"Wrong team"}"#,
            "Forbidden: Wrong team"
        ),
        ("problem details, title alone", #"{"title":"Forbidden","status":403}"#, "Forbidden"),
        (
            "problem details, errors", ##"{"title":"Invalid","errors":[{"detail":"too short","pointer":"#/label"}]}"##,
            "Invalid: #/label: too short"
        ),
        (
            "ASP.NET, errors", #"{"title":"One or more errors","errors":{"Name":["is required"]}}"#,
            "One or more errors: Name: is required"
        ),
        ("Apigee", #"{"fault":{"faultstring":"Quota violation","detail":{"errorcode":"x"}}}"#, "Quota violation"),
        ("a list", #"[{"field":"label","message":"is taken"}]"#, "label: is taken"),
        ("a text", #""nope""#, "nope"), ("plain text", "nope\n", "nope"),
        // What is broken in one place hides nothing else.
        ("not a number", #"{"detail":"nope","x":NaN,"y":-Infinity}"#, "nope"),
        ("a number too large", #"{"x":1e400,"detail":"nope"}"#, "nope"),
        ("half of a surrogate pair", #"{"detail":"a\ud83d b"}"#, "a\u{FFFD} b"),
        ("a control character", "{\"detail\":\"a\nb\"}", #"a\nb"#),
        ("cut", #"{"message":"nope","trace":["a","b"#, "nope"),
        ("more behind it", #"{"message":"nope"}<!-- proxy -->"#, "nope"),
        ("a BOM", "\u{FEFF}{\"message\":\"nope\"}", "nope"),
        (
            "deep",
            #"{"x":\#(String(repeating: "[", count: 600))\#(String(repeating: "]", count: 600)),"message":"nope"}"#,
            "nope"
        ),
    ]

    @Test(arguments: shapes.indices)
    func theReasonIsRead(_ index: Int) async throws {
        let (name, body, reason) = Self.shapes[index]
        for status in [400, 403, 409, 500] {
            let error = try await refused(status, Data(body.utf8))
            #expect(error.message == reason, "\(name)")
            #expect(error.description.contains(reason), "\(name)")
        }
        // A 422 has its entries in its kind, and the text once.
        let invalid = try await refused(422, Data(body.utf8))
        #expect(invalid.description.contains(reason.split(separator: ": ").last ?? ""), "\(name): \(invalid)")
        #expect(invalid.description.components(separatedBy: reason).count <= 2, "\(name): \(invalid)")
    }

    @Test func textsAreRepairedAndNotDropped() async throws {
        for (body, reason) in [
            (Data(#"{"detail":"a"#.utf8) + [0xFF] + Data(#"b"}"#.utf8), "a\u{FFFD}b"),
            (Data(#"{"x":""#.utf8) + [0xC3] + Data(#"","detail":"no"}"#.utf8), "no"),
            (try #require(#"{"detail":"nö"}"#.data(using: .utf16)), "nö"),
            (try #require(#"{"detail":"nö"}"#.data(using: .utf16LittleEndian)), "nö"),
        ] {
            #expect(try await refused(400, body).message == reason)
        }
    }

    /// A server that sends more than a reason: what stands at its beginning is read.
    @Test func theReasonOfALargeBodyIsRead() async throws {
        let body = Data(#"{"message":"no","trace":"\#(String(repeating: "x", count: 300_000))"}"#.utf8)
        #expect(try await refused(500, body).message == "no")
    }

    /// As many members, entries and fields as a hostile body can hold.
    @Test(arguments: [
        "{" + (0..<3_000).map { "\"A_\($0)\":1" }.joined(separator: ",") + "}",
        #"{"errors":["# + Array(repeating: #"{"m":1}"#, count: 3_000).joined(separator: ",") + "]}",
        #"{"errors":{"# + (0..<2_000).map { "\"f\($0)\":[\"x\"]" }.joined(separator: ",") + "}}",
        String(repeating: #"{"error":"#, count: 500), String(repeating: #"{"errors":["#, count: 250),
    ])
    func aHostileBodyTakesLittleTime(_ body: String) {
        // Without a call around it, which has to wait for its turn among the other tests.
        let response = HTTPResponse(status: 422, body: Data(body.utf8))
        let time = ContinuousClock().measure { _ = ErrorBody(response).message }
        #expect(time < .seconds(15))
    }

    @Test(arguments: [
        ("application/json", "Bad credentials", "Bad credentials"),
        ("text/html; charset=utf-8", "Bad credentials", "Bad credentials"),
        ("text/html", "<html>no</html>", nil), ("application/octet-stream", "Bad credentials", nil),
        ("text/plain", "500 Internal Server Error", "500 Internal Server Error"), ("text/plain", "12", nil),
    ])
    func plainTextIsReadUnderTypesThatServersGiveIt(_ type: String, _ body: String, _ reason: String?) async throws {
        #expect(try await refused(403, Data(body.utf8), ["Content-Type": type]).message == reason)
    }

    @Test func entriesOfOtherServersAreTyped() async throws {
        let body =
            #"{"message":"invalid","errors":[{"field":"label","message":"is taken","code":"taken"},{"name":["x"]},"#
            + #"{"loc":["body",null,"a"],"msg":"m","input":null,"ctx":{"a":1}}]}"#
        let error = try await refused(422, Data(body.utf8))
        let expected = [
            ValidationError(loc: ["label"], msg: "is taken", type: "taken"),
            ValidationError(loc: ["body", "a"], msg: "m", type: "", input: .null, ctx: ["a": .integer(1)]),
        ]
        #expect(error.kind == .validation(HTTPValidationError(detail: expected)))
        #expect(error.message == "invalid")
    }

    /// `null` that is there is a value, by every way that reads it.
    @Test func aRefusedNullIsNull() async throws {
        let entry = #"{"loc":["body"],"msg":"m","type":"t","input":null}"#
        let body = Data(#"{"detail":[\#(entry)]}"#.utf8)
        let expected = ValidationError(loc: ["body"], msg: "m", type: "t", input: .null)
        #expect(try await refused(422, body).kind == .validation(HTTPValidationError(detail: [expected])))
        #expect(try JSON.value(HTTPValidationError.self, from: body).detail == [expected])
        #expect(try JSONDecoder().decode(HTTPValidationError.self, from: body).detail == [expected])
        #expect(try JSONDecoder().decode(ValidationError.self, from: JSONEncoder().encode(expected)) == expected)
        let without = ValidationError(loc: ["body"], msg: "m", type: "t")
        #expect(try JSONDecoder().decode(ValidationError.self, from: JSONEncoder().encode(without)) == without)
    }

    private func refused(_ status: Int, _ body: Data, _ headers: HTTPHeaders = [:]) async throws -> APIError {
        let transport = MockTransport(.response(HTTPResponse(status: status, headers: headers, body: body)))
        return try await failure { () throws(APIError) in
            try await Probe(transport, configuration: ClientConfiguration(retry: .never)).create()
        }
    }
}
