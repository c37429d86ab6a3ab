public import APIKeys
import APIKeysSandbox
import Foundation
import ImtegrateKeys
import Testing

/// The sandbox's own endpoints, over a real connection.
@Suite(.timeLimit(.minutes(5))) struct SandboxControlTests {
    private func withSandbox(_ test: (Sandbox, Caller) async throws -> Void) async throws {
        let sandbox = Sandbox(seed: 21)
        let server = try LoopbackServer(sandbox)
        try await test(sandbox, Caller(baseURL: server.baseURL))
        await server.stop()
    }

    private struct Caller {
        let baseURL: URL

        /// Sends `METHOD PATH` and reads the JSON of the answer.
        func callAsFunction(
            _ line: String, _ body: String? = nil, headers: HTTPHeaders = [:]
        ) async throws -> (status: Int, body: JSONValue) {
            let parts = line.split(separator: " ").map(String.init)
            let request = HTTPRequest(
                method: HTTPMethod(rawValue: parts[0]),
                url: try #require(URL(string: baseURL.absoluteString + parts[1])), headers: headers,
                body: body.map { Data($0.utf8) })
            let response = try await URLSessionTransport.shared.send(request)
            return (response.status, try JSONDecoder().decode(JSONValue.self, from: response.body))
        }
    }

    @Test func theStateHoldsEverythingAndResetEndsIt() async throws {
        try await withSandbox { sandbox, call in
            #expect(try await call("GET /_sandbox/health") == (200, ["status": "ok"]))
            let fixture = try await call("GET /_sandbox/state").body
            #expect(fixture["junction"]?["team_api_keys"] == [])
            #expect(fixture["nekuda"]?["api_keys"]?.array?.count == 3)

            let key = sandbox.junction.addTeamAPIKey(label: "ci", environment: "sandbox", region: "eu")
            let state = try await call("GET /_sandbox/state").body
            let row = state["junction"]?["team_api_keys"]?.array?.first
            #expect(row?["value"]?.string == key.value.reveal())
            #expect(row?["id"]?.string == key.id.uuidString.lowercased())
            #expect((row?["environment"]?.string, row?["region"]?.string) == ("sandbox", "eu"))

            #expect(try await call("POST /_sandbox/reset") == (200, ["status": "ok"]))
            #expect(try await call("GET /_sandbox/state").body == fixture)
        }
    }

    @Test func aResetPutsTheFaultsBackThatWereThereInTheBeginning() async throws {
        try await withSandbox { sandbox, call in
            try sandbox.inject(parsing: "createTeamAPIKey:lostAnswer:2")
            sandbox.keepFaultsOnReset()
            try sandbox.inject(parsing: "*:serverError")
            #expect(try await call("DELETE /_sandbox/faults").body == ["faults": []])
            _ = try await call("POST /_sandbox/reset")
            #expect(try await call("GET /_sandbox/faults").body == ["faults": ["createTeamAPIKey:lostAnswer:2"]])
        }
    }

    @Test func theClockIsMovedAndAKeyIsChecked() async throws {
        try await withSandbox { sandbox, call in
            let first = sandbox.imtegrate.addAPIKey(name: "first")
            #expect(try await call("POST /_sandbox/clock", #"{"advance": 86400.5}"#) == (200, ["status": "ok"]))
            let second = sandbox.imtegrate.addAPIKey(name: "second")
            #expect(abs(second.createdAt.timeIntervalSince(first.createdAt) - 86_401.500_001) < 0.000_1)
            let secret = try #require(second.token?.reveal())
            #expect(try await call("POST /_sandbox/check", secret + "\n") == (200, ["status": "ok"]))
            #expect(try await call("POST /_sandbox/check", "ik_test_nobody").status == 401)
            #expect(try await call("POST /_sandbox/check").status == 401)
            for body in [#"{"advance": -1}"#, #"{"advance": "1"}"#, #"{"advance": 1e300}"#, "{}", "[]"] {
                #expect(try await call("POST /_sandbox/clock", body).status == 400, "\(body)")
            }
        }
    }

    @Test func aSeedIsAddedAndShownWithItsSecrets() async throws {
        try await withSandbox { sandbox, call in
            let body = """
                {"junction": {"teams": [{"id": "00000000-0000-4000-8000-000000000001", "name": "Third", "region": "eu"}],
                  "team_api_keys": [{"label": "a", "team_id": "00000000-0000-4000-8000-000000000001"}, {"label": "b"}],
                  "management_keys": [{"label": "m"}]},
                 "baseten": {"teams": [{"id": "t9", "name": "Nine"}], "api_keys": [{"name": "n", "team_id": "t9"}]},
                 "imtegrate": {"api_keys": [{"name": "gone", "revoked": true}, {"name": "here", "env": "live"}]},
                 "nekuda": {"api_keys": [{"name": "gone", "revoked": true}]}}
                """
            let (status, added) = try await call("POST /_sandbox/seed", body)
            #expect(status == 200)
            let state = try await call("GET /_sandbox/state").body
            for (provider, collection, count) in [
                ("junction", "teams", 1), ("junction", "team_api_keys", 2), ("junction", "management_keys", 1),
                ("baseten", "teams", 1), ("baseten", "api_keys", 1), ("imtegrate", "api_keys", 2),
                ("nekuda", "api_keys", 1),
            ] {
                let rows = try #require(added[provider]?[collection]?.array)
                #expect(rows.count == count)
                #expect(state[provider]?[collection]?.array?.suffix(count) == rows[...])
            }
            #expect(sandbox.junction.teamAPIKeys.map(\.label) == ["a", "b"])
            #expect(sandbox.junction.teamAPIKeys.last?.teamID == sandbox.junction.teamID)
            #expect(sandbox.baseten.apiKeys.last?.teamName == "Nine")
            #expect(sandbox.nekuda.apiKeys.last?.isRevoked == true)
            let tokens = added["imtegrate"]?["api_keys"]?.array?.compactMap { $0["token"]?.string } ?? []
            let revoked = sandbox.imtegrateClient(token: Secret(tokens[0]))
            #expect(try await failure { try await revoked.apiKeys() }.kind == .unauthorized)
            #expect(try await sandbox.imtegrateClient(token: Secret(tokens[1])).apiKeys().count == 4)
        }
    }

    @Test(arguments: [
        (#"{"nobody": {}}"#, 400, #"there is no provider "nobody""#), ("[]", 400, "must be a JSON object"),
        (#"{"nekuda": {"api_key": []}}"#, 422, "Extra inputs"), (#"{"nekuda": {"api_keys": [{}]}}"#, 422, "required"),
        (#"{"junction": {"team_api_keys": [{"label": "x", "region": "mars"}]}}"#, 422, "mars"),
        (#"{"baseten": {"api_keys": [{"team_id": "nobody"}]}}"#, 404, "team not found"), ("{", 400, "JSON object"),
    ]) func aSeedThatIsWrongIsRefused(_ body: String, _ status: Int, _ words: String) async throws {
        try await withSandbox { sandbox, call in
            let before = try await call("GET /_sandbox/state").body
            let answer = try await call("POST /_sandbox/seed", body)
            #expect(answer.status == status)
            #expect("\(answer.body)".contains(words.replacingOccurrences(of: "\"", with: "\\\"")), "\(answer.body)")
            #expect(try await call("GET /_sandbox/state").body == before)
        }
    }

    @Test func faultsAreInjectedAndTheJournalTellsOfThem() async throws {
        try await withSandbox { _, call in
            let faults = #"{"faults": ["createAPIKey:lostAnswer", "Imtegrate.apiKeys:serverError=502:2"]}"#
            let pending: JSONValue = [
                "faults": ["createAPIKey:lostAnswer:1", "Imtegrate.apiKeys:serverError=502:2"]
            ]
            #expect(try await call("POST /_sandbox/faults", faults) == (200, pending))
            #expect(try await call("GET /_sandbox/faults") == (200, pending))
            let wrong = try await call("POST /_sandbox/faults", #"{"faults": ["teams:lostAnswer", "x:lostAnswer"]}"#)
            #expect(wrong.status == 400 && "\(wrong.body)".contains("no provider has"))
            #expect(try await call("POST /_sandbox/faults", #"{"fault": "x"}"#).status == 422)
            #expect(try await call("GET /_sandbox/faults").body == pending)

            #expect(try await call("GET /v1/api-keys?secret=1").status == 502)
            await #expect(throws: NetworkFailure.self) {
                try await call("POST /v1/api-keys", #"{"name":"ci"}"#, headers: ["Content-Type": "application/json"])
            }
            #expect(try await call("DELETE /_sandbox/faults") == (200, ["faults": []]))
            #expect(try await call("GET /v1/api-keys").body.array?.count == 3)
            let requests = try await call("GET /_sandbox/requests").body["requests"]?.array ?? []
            #expect(requests.map { $0["operation"]?.string } == ["apiKeys", "createAPIKey", "apiKeys"])
            let id = requests.first?["request_id"] ?? nil
            #expect(
                requests.first == [
                    "method": "GET", "path": "/v1/api-keys", "provider": "Imtegrate", "operation": "apiKeys",
                    "status": 502, "fault": "serverError=502", "request_id": id ?? .null,
                ])
            #expect(id?.string?.isEmpty == false)
        }
    }

    @Test func aWebPageIsRefusedAndWhatIsNotThereIsNotFound() async throws {
        try await withSandbox { _, call in
            for line in ["GET /_sandbox/state", "POST /_sandbox/reset", "GET /_sandbox/nothing"] {
                let answer = try await call(line, headers: ["Origin": "http://evil.example"])
                #expect(answer.status == 403 && !"\(answer.body)".contains("conformance"))
            }
            #expect(try await call("GET /_sandbox/nothing").status == 404)
            #expect(try await call("GET /_sandbox").status == 404)
            #expect(try await call("GET /_sandbox/reset").status == 405)
            #expect(try await call("GET /_sandboxes").body == ["detail": "Not Found"])
        }
    }

    @Test(arguments: ["sandbox:8080", "host.docker.internal", "10.0.2.2:1", "api.example.org", "[::1]:80"])
    func anyHostIsAnswered(_ host: String) async throws {
        let sandbox = Sandbox()
        let server = try LoopbackServer(sandbox)
        let port = UInt16(server.baseURL.port ?? 0)
        let statuses = try await offPool {
            let client = try RawClient(port: port)
            try client.send("GET /v1/api-keys HTTP/1.1\r\nHost: \(host)\r\n\r\n")
            let first = try client.response()?.status
            let path = "/v1/org/3c90c3cc-0d44-4b50-8888-8dd25736052a/team_api_keys/production/us"
            try client.send(
                "DELETE \(path)?api_key_id[]=x HTTP/1.1\r\nHost: \(host)\r\nX-Management-Key: mg_conformance\r\n\r\n")
            let second = try client.response()?.status
            let fields = (0..<100).map { "X-\($0): \($0)\r\n" }.joined()
            try client.send(
                "GET /v1/api-keys?\(String(repeating: "x", count: 50_000)) HTTP/1.1\r\nHost: \(host)\r\n\(fields)\r\n")
            return [first, second, try client.response()?.status]
        }
        #expect(statuses == [200, 422, 200])
        await server.stop()
    }
}

extension JSONValue {
    fileprivate var array: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }
}

// A conformance is as public as the type and the protocol are.
extension JSONValue: ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral,
    ExpressibleByIntegerLiteral
{
    /// Creates a string.
    public init(stringLiteral value: String) { self = .string(value) }

    /// Creates an array.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

    /// Creates an object.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements) { first, _ in first })
    }

    /// Creates a number.
    public init(integerLiteral value: Int64) { self = .integer(value) }
}
