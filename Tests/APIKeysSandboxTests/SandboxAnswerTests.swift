import APIKeys
import APIKeysSandbox
import Foundation
import Testing

/// Answers to the byte, as FastAPI 0.165 with pydantic 2.14 gave them. `Tests/Conformance/differential.py` compares
/// thousands more with the real thing.
@Suite(.timeLimit(.minutes(2))) struct SandboxAnswerTests {
    static let junction = "https://api.management.junction.com/v1/org/3c90c3cc-0d44-4b50-8888-8dd25736052a"
    static let key: HTTPHeaders = ["X-Management-Key": "mg_conformance"]
    static let imtegrate = "https://api.imtegrate.com/v1/api-keys"

    @Test(arguments: [
        (
            "{",
            #""loc":["body",1],"msg":"JSON decode error","input":{},"ctx":{"error":"Expecting property name enclosed in double quotes"}"#
        ),
        ("[1 2]", #""loc":["body",3],"msg":"JSON decode error","input":{},"ctx":{"error":"Expecting ',' delimiter"}"#),
        (
            "{\"name\":\"é\"",
            #""loc":["body",11],"msg":"JSON decode error","input":{},"ctx":{"error":"Expecting ',' delimiter"}"#
        ),
        (#""\x""#, #""loc":["body",1],"msg":"JSON decode error","input":{},"ctx":{"error":"Invalid \\escape"}"#),
        (
            #""\u12""#,
            #""loc":["body",2],"msg":"JSON decode error","input":{},"ctx":{"error":"Invalid \\uXXXX escape"}"#
        ),
        (
            #""abc"#,
            #""loc":["body",0],"msg":"JSON decode error","input":{},"ctx":{"error":"Unterminated string starting at"}"#
        ),
        (
            "\"a\nb\"",
            #""loc":["body",2],"msg":"JSON decode error","input":{},"ctx":{"error":"Invalid control character at"}"#
        ),
        ("01", #""loc":["body",1],"msg":"JSON decode error","input":{},"ctx":{"error":"Extra data"}"#),
    ]) func aBodyThatIsNoJSON(_ body: String, _ entry: String) async throws {
        let answer = try await Sandbox().answer(.post, Self.imtegrate, body: body)
        #expect(answer.status == 422)
        #expect(answer.body == #"{"detail":[{"type":"json_invalid","# + entry + "}]}")
    }

    @Test(arguments: [
        ("[]", "[]"), ("null", "null"), ("1e2", "100.0"), ("-0", "0"), ("1.5e-5", "1.5e-05"), ("1e16", "1e+16"),
        ("123456789012345680.0", "1.2345678901234568e+17"), ("0.0001", "0.0001"), ("1e15", "1000000000000000.0"),
        ("12345678901234567890123", "12345678901234567890123"), (#""\ud83d\ude00\u0007é""#, #""😀\u0007é""#),
        (#"[{"b":1,"a":[true,null]}]"#, #"[{"b":1,"a":[true,null]}]"#),
    ]) func aBodyThatIsNoObjectIsRepeated(_ body: String, _ input: String) async throws {
        let answer = try await Sandbox().answer(.post, Self.imtegrate, body: body)
        let expected = """
            {"detail":[{"type":"model_attributes_type","loc":["body"],"msg":"Input should be a valid dictionary or object \
            to extract fields from","input":\(input)}]}
            """
        #expect(answer == (422, expected))
    }

    @Test(arguments: ["NaN", "[1e999]", #"{"x":-Infinity}"#, #"{"\ud800":1}"#, #"["\ud83d"]"#])
    func aValueThatPythonReadsAndCannotWriteFailsTheServer(_ body: String) async throws {
        #expect(try await Sandbox().answer(.post, Self.imtegrate, body: body) == (500, "Internal Server Error"))
    }

    @Test func manyErrorsKeepPydanticsOrder() async throws {
        let body = #"{"name":null,"region":1,"id":"{x}","z":1,"integration_team_id":["é"],"b":{}}"#
        let answer = try await Sandbox().answer(.post, Self.junction + "/team", headers: Self.key, body: body)
        let expected = """
            {"detail":[{"type":"string_type","loc":["body","name"],"msg":"Input should be a valid string","input":null},\
            {"type":"literal_error","loc":["body","region"],"msg":"Input should be 'us' or 'eu'","input":1,\
            "ctx":{"expected":"'us' or 'eu'"}},{"type":"uuid_parsing","loc":["body","id"],"msg":"Input should be a valid \
            UUID, invalid character: found `x` at 1","input":"{x}","ctx":{"error":"invalid character: found `x` at 1"}},\
            {"type":"string_type","loc":["body","integration_team_id"],"msg":"Input should be a valid string",\
            "input":["é"]},{"type":"extra_forbidden","loc":["body","z"],"msg":"Extra inputs are not permitted","input":1},\
            {"type":"extra_forbidden","loc":["body","b"],"msg":"Extra inputs are not permitted","input":{}}]}
            """
        #expect(answer == (422, expected))
    }

    @Test func pathQueryAndBodyComeInThisOrder() async throws {
        let url = "https://api.management.junction.com/v1/org/x/team_api_keys/a/us?api_key_id=y&api_key_id="
        let answer = try await Sandbox().answer(.delete, url, headers: Self.key)
        let expected = """
            {"detail":[{"type":"uuid_parsing","loc":["path","org_id"],"msg":"Input should be a valid UUID, invalid \
            character: found `x` at 0","input":"x","ctx":{"error":"invalid character: found `x` at 0"}},{"type":"enum",\
            "loc":["path","env"],"msg":"Input should be 'production' or 'sandbox'","input":"a","ctx":{"expected":\
            "'production' or 'sandbox'"}},{"type":"uuid_parsing","loc":["query","api_key_id",0],"msg":"Input should be a \
            valid UUID, invalid character: found `y` at 0","input":"y","ctx":{"error":"invalid character: found `y` at 0"}\
            },{"type":"uuid_parsing","loc":["query","api_key_id",1],"msg":"Input should be a valid UUID, invalid length: \
            found 0","input":"","ctx":{"error":"invalid length: found 0"}}]}
            """
        #expect(answer == (422, expected))
    }

    @Test func whatIsNotThereIsNotFound() async throws {
        let sandbox = Sandbox()
        #expect(try await sandbox.answer(.get, Self.imtegrate + "/") == (404, #"{"detail":"Not Found"}"#))
        #expect(try await sandbox.answer(.get, "https://api.baseten.co/v1/api-keys").status == 404)
        #expect(try await sandbox.answer(.get, "http://localhost:1/v1/api-keys").status == 200)
        let url = try #require(URL(string: Self.imtegrate))
        let response = try await sandbox.send(HTTPRequest(method: .delete, url: url))
        #expect((response.status, response.headers["allow"]) == (405, "POST"))
        #expect(String(decoding: response.body, as: UTF8.self) == #"{"detail":"Method Not Allowed"}"#)
        await #expect(throws: NetworkFailure(reason: .hostNotFound)) {
            try await sandbox.answer(.get, "https://example.org/")
        }
    }

    @Test func nestingHasAnEndAndTrapsNothing() async throws {
        for depth in [200, 201, 100_000] {
            let body = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            #expect(try await Sandbox().answer(.post, Self.imtegrate, body: body).status == (depth > 200 ? 400 : 422))
        }
    }

    @Test func aSeedMakesEverythingTheSame() async throws {
        func transcript(_ seed: UInt64?) async throws -> [String] {
            let sandbox = Sandbox(seed: seed)
            let body = #"{"label":"ci","team_id":"a1b9e2d4-5c3f-4e60-9a71-0f2d8c4b6e11"}"#
            let url = Self.junction + "/team_api_keys/production/us"
            return [
                try await sandbox.answer(.post, url, headers: Self.key, body: body).body,
                try await sandbox.answer(.get, Self.imtegrate).body,
                try await sandbox.answer(.post, url, headers: Self.key, body: body).body,
            ]
        }
        let first = try await transcript(12)
        #expect(try await transcript(12) == first)
        #expect(try await transcript(13) != first)
        #expect(try await transcript(nil) != transcript(nil))
        #expect(first[0] != first[2])
        #expect(first[1].contains(#""created_at":"2025-01-01T00:00:0"#))
    }
}
