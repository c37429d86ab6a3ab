import APIKeys
import APIKeysSandbox
import Foundation
import Testing

/// Answers as FastAPI 0.165 with pydantic 2.14 gave them. `Tests/Conformance` compares many more with the real thing.
@Suite(.timeLimit(.minutes(5))) struct SandboxAnswerTests {
    static let junction = "https://api.management.junction.com/v1/org/3c90c3cc-0d44-4b50-8888-8dd25736052a"
    static let key: HTTPHeaders = ["X-Management-Key": "mg_conformance"]
    static let imtegrate = "https://api.imtegrate.com/v1/api-keys"

    @Test(arguments: [
        "{", "[1 2]", #""\x""#, #""\u12""#, #""abc"#, "\"a\nb\"", "01", "NaN", #"{"a":1,}"#, "[1 , ]", #"[",]",]"#,
        #"["\\",]"#, "1e999", "\u{FEFF}x",
    ])
    func aBodyThatIsNoJSON(_ body: String) async throws {
        let answer = try await Sandbox().answer(.post, Self.imtegrate, body: body)
        try expect(
            answer, 422,
            """
            {"detail":[{"type":"json_invalid","loc":["body",0],"msg":"JSON decode error","input":{},\
            "ctx":{"error":"Expecting value"}}]}
            """)
    }

    @Test(arguments: [
        #"[",]","\",}",","]"#, "[]", "null", "100.0", "0", "1.5e-05", #""😀\u0007é""#, #"[{"b":1,"a":[true,null]}]"#,
        "true",
    ])
    func aBodyThatIsNoObjectIsRepeated(_ body: String) async throws {
        let answer = try await Sandbox().answer(.post, Self.imtegrate, body: body)
        try expect(
            answer, 422,
            """
            {"detail":[{"type":"model_attributes_type","loc":["body"],"msg":"Input should be a valid dictionary or object \
            to extract fields from","input":\(body)}]}
            """)
    }

    @Test(arguments: [
        ("x", "invalid character: found `x` at 0"), ("a-é", "invalid character: found `é` at 2"),
        // Which Foundation on Linux takes for a UUID.
        ("abcdef0x-2345-4678-9abc-def012345678", "invalid character: found `x` at 7"),
        ("", "invalid length: found 0"), ("abc", "invalid length: found 3"),
        ("a-b", "invalid group count: expected 5, found 2"),
        ("a1b9e2d-45c3f-4e60-9a71-0f2d8c4b6e11", "invalid group length in group 0: expected 8, found 7"),
        ("a1b9e2d4-5c3f-4e60-9a71-0f2d8c4b6e1", "invalid group length in group 4: expected 12, found 11"),
    ]) func aTextThatIsNoUUID(_ text: String, _ problem: String) async throws {
        let body = #"{"name":"n","region":"us","id":"\#(text)"}"#
        let answer = try await Sandbox().answer(.post, Self.junction + "/team", headers: Self.key, body: body)
        try expect(
            answer, 422,
            """
            {"detail":[{"type":"uuid_parsing","loc":["body","id"],"msg":"Input should be a valid UUID, \(problem)",\
            "input":"\(text)","ctx":{"error":"\(problem)"}}]}
            """)
    }

    @Test(arguments: ["A1B9E2D4-5C3F-4E60-9A71-0F2D8C4B6E12", "a1b9e2d45c3f4e609a710f2d8c4b6e12"])
    func aUUIDInAnotherForm(_ text: String) async throws {
        let sandbox = Sandbox()
        let body = #"{"name":"n","region":"us","id":"\#(text)"}"#
        #expect(try await sandbox.answer(.post, Self.junction + "/team", headers: Self.key, body: body).status == 200)
        #expect(sandbox.junction.teams.last?.id == UUID(uuidString: "A1B9E2D4-5C3F-4E60-9A71-0F2D8C4B6E12"))
    }

    @Test func manyErrorsComeInTheOrderOfTheFields() async throws {
        let body = #"{"name":null,"region":1,"id":"{x}","z":1,"integration_team_id":["é"],"b":{}}"#
        let answer = try await Sandbox().answer(.post, Self.junction + "/team", headers: Self.key, body: body)
        try expect(
            answer, 422,
            """
            {"detail":[{"type":"string_type","loc":["body","name"],"msg":"Input should be a valid string","input":null},\
            {"type":"literal_error","loc":["body","region"],"msg":"Input should be 'us' or 'eu'","input":1,\
            "ctx":{"expected":"'us' or 'eu'"}},{"type":"uuid_parsing","loc":["body","id"],"msg":"Input should be a valid \
            UUID, invalid character: found `{` at 0","input":"{x}","ctx":{"error":"invalid character: found `{` at 0"}},\
            {"type":"string_type","loc":["body","integration_team_id"],"msg":"Input should be a valid string",\
            "input":["é"]},{"type":"extra_forbidden","loc":["body","b"],"msg":"Extra inputs are not permitted","input":{}},\
            {"type":"extra_forbidden","loc":["body","z"],"msg":"Extra inputs are not permitted","input":1}]}
            """)
    }

    @Test func pathQueryAndBodyComeInThisOrder() async throws {
        let url = "https://api.management.junction.com/v1/org/x/team_api_keys/a/us?api_key_id=y&api_key_id="
        let answer = try await Sandbox().answer(.delete, url, headers: Self.key)
        try expect(
            answer, 422,
            """
            {"detail":[{"type":"uuid_parsing","loc":["path","org_id"],"msg":"Input should be a valid UUID, invalid \
            character: found `x` at 0","input":"x","ctx":{"error":"invalid character: found `x` at 0"}},{"type":"enum",\
            "loc":["path","env"],"msg":"Input should be 'production' or 'sandbox'","input":"a","ctx":{"expected":\
            "'production' or 'sandbox'"}},{"type":"uuid_parsing","loc":["query","api_key_id",0],"msg":"Input should be a \
            valid UUID, invalid character: found `y` at 0","input":"y","ctx":{"error":"invalid character: found `y` at 0"}\
            },{"type":"uuid_parsing","loc":["query","api_key_id",1],"msg":"Input should be a valid UUID, invalid length: \
            found 0","input":"","ctx":{"error":"invalid length: found 0"}}]}
            """)
    }

    private func expect(
        _ answer: (status: Int, body: String), _ status: Int, _ body: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        func value(_ text: String) throws -> JSONValue {
            try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
        }
        #expect(answer.status == status, sourceLocation: sourceLocation)
        #expect(try value(answer.body) == value(body), sourceLocation: sourceLocation)
    }

    @Test func aMissingCredentialIsNotAuthenticated() async throws {
        for (url, challenge) in [
            (Self.junction + "/team", "APIKey"), ("https://api.nekuda.ai/api/v2/api-keys/", "Bearer"),
        ] {
            let request = HTTPRequest(method: .get, url: try #require(URL(string: url)))
            let response = try await Sandbox().send(request)
            #expect((response.status, response.headers["WWW-Authenticate"]) == (401, challenge))
            #expect(String(decoding: response.body, as: UTF8.self) == #"{"detail":"Not authenticated"}"#)
        }
    }

    @Test(arguments: [
        ("https://api.imtegrate.com/v1/api-keys/?a=b%20c", "https://api.imtegrate.com/v1/api-keys?a=b%20c"),
        ("https://api.nekuda.ai/api/v2/api-keys", "https://api.nekuda.ai/api/v2/api-keys/"),
        ("http://127.0.0.1:80/api/v2/api-keys/x/revoke/", "http://127.0.0.1:80/api/v2/api-keys/x/revoke"),
        ("https://api.tryvital.io/management/v1/org/x/team/", "https://api.tryvital.io/management/v1/org/x/team"),
    ]) func aPathWithTheWrongEndingIsRedirected(_ url: String, _ location: String) async throws {
        for method in [HTTPMethod.get, .post, .delete] {
            let request = HTTPRequest(method: method, url: try #require(URL(string: url)))
            let response = try await Sandbox().send(request)
            #expect((response.status, response.headers["Location"]) == (307, location))
            #expect(response.body.isEmpty)
        }
    }

    @Test func whatIsNotThereIsNotFound() async throws {
        let sandbox = Sandbox()
        #expect(try await sandbox.answer(.get, Self.imtegrate + "/x") == (404, #"{"detail":"Not Found"}"#))
        #expect(try await sandbox.answer(.get, "https://api.imtegrate.com/").status == 404)
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
        for depth in [100, 129, 100_000] {
            let body = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            #expect(try await Sandbox().answer(.post, Self.imtegrate, body: body).status == 422)
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
