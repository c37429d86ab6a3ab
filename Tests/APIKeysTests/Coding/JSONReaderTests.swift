import APIKeys
import APIKeysTesting
import Foundation
import TestSupport
import Testing

/// Bodies that Foundation's decoder cannot be given, or reads otherwise.
@Suite(.timeLimit(.minutes(5))) struct JSONReaderTests {
    private struct Model: Codable, Equatable {
        var id: Int
        var text: String?
        var number: Double?
        var byte: UInt8?
        var list: [[String: Bool]]?
    }

    /// Every way known to end a process through Foundation's decoder on Linux, which builds an error for a place at the
    /// very end of the body: an array beyond 512 levels that the last byte begins, in any encoding. 29,000 mutated
    /// bodies in a child process found this and no other. Objects, which it refuses, stand here for our own reader.
    static let traps: [(name: String, body: Data)] = [
        ("arrays", Data(String(repeating: "[", count: 513).utf8)),
        ("objects", Data((String(repeating: #"{"a":"#, count: 512) + "{").utf8)),
        ("an array in objects", Data((String(repeating: #"{"a":"#, count: 512) + "[").utf8)),
        ("objects in an array", Data((String(repeating: "[", count: 512) + "{").utf8)),
        ("behind other values", Data((#"{"a":[1,"]",null],"b":"# + String(repeating: "[", count: 512)).utf8)),
        ("behind a BOM", Data([0xEF, 0xBB, 0xBF]) + Data(String(repeating: "[", count: 513).utf8)),
        ("UTF-16", Data(String(repeating: "\0[", count: 513).utf8)),
        ("UTF-16, little endian", Data(String(repeating: "[\0", count: 513).utf8)),
        ("UTF-32", Data(String(repeating: "\0\0\0[", count: 513).utf8)),
        ("UTF-32, little endian", Data(String(repeating: "[\0\0\0", count: 513).utf8)),
    ]

    @Test(arguments: traps.indices) func noBodyEndsTheProcess(_ index: Int) async throws {
        let (name, body) = Self.traps[index]
        #expect(throws: DecodingError.self, "\(name)") { try JSON.value(JSONValue.self, from: body) }
        #expect(throws: DecodingError.self, "\(name)") { try JSON.value(Model.self, from: body) }
        #expect(throws: DecodingError.self, "\(name)") { try JSON.value(JSONValue.self, from: body) }
        let configuration = ClientConfiguration(retry: .never)
        for status in [201, 422, 500] {
            let transport = MockTransport(.response(HTTPResponse(status: status, body: body)))
            let error = try await failure { () throws(APIError) in
                try await Probe(transport, configuration: configuration).create()
            }
            #expect(error.status == status)
            #expect(error.responseBody == body)
        }
    }

    @Test(arguments: [512, 513, 100_000]) func nestingHasALimit(_ depth: Int) throws {
        for (opening, closing) in [("[", "]"), (#"{"a":"#, "}"), ("[[{\"a\":", "}]]")] {
            let count = depth / opening.filter { "[{".contains($0) }.count
            let text = "\(String(repeating: opening, count: count))1\(String(repeating: closing, count: count))"
            let isRead = (try? JSON.value(Anything.self, from: Data(text.utf8))) != nil
            #expect(isRead == (depth <= 513 && count * opening.filter { "[{".contains($0) }.count <= 512))
        }
    }

    private struct Anything: Decodable {
        init(from decoder: any Decoder) throws {}
    }

    @Test func halfOfASurrogatePairDamagesItsOwnTextAlone() throws {
        let body = Data(#"[{"id":1,"text":"a\ud83d"},{"id":2,"text":"\ude00b\ud83d\ude00\ud83dx\ud83d\u0041"}]"#.utf8)
        let expected = [Model(id: 1, text: "a\u{FFFD}"), Model(id: 2, text: "\u{FFFD}b😀\u{FFFD}x\u{FFFD}A")]
        #expect(try JSON.value([Model].self, from: body) == expected)
        let bytes = Data(#"[{"id":1,"text":"a"#.utf8) + [0xFF, 0xC3] + Data(#"b"},{"id":2}]"#.utf8)
        #expect(try JSON.value([Model].self, from: bytes).map(\.id) == [1, 2])
    }

    /// What was repaired is not the secret that was sent.
    @Test(arguments: [#""tok\ud83d""#, #""tok\udc00x""#, "\"tok\u{0}\"", #""to\x6b""#])
    func aSecretIsNeverRepaired(_ literal: String) async throws {
        let error = try await failure { () throws(APIError) in
            try await Probe(MockTransport(.json(text: #"{"id":7,"token":\#(literal)}"#, status: 201))).create()
        }
        #expect(error.kind == .decoding)
        #expect(error.outcome == .processed)
        #expect(error.recoveredSecret == nil)
        let bytes = Data(#"{"id":7,"token":"tok"#.utf8) + [0xFF] + Data(#""}"#.utf8)
        #expect(throws: DecodingError.self) { try JSON.value(Thing.self, from: bytes) }
        #expect(
            try JSON.value(Thing.self, from: Data(#"{"id":7,"token":"t\ufffd\ud83d\ude00"}"#.utf8)).token
                == Secret("t\u{FFFD}😀"))
    }

    /// Two different secrets are no secret: nobody knows which one works.
    @Test(arguments: [
        (#"{"id":7,"token":"tok_one","token":"tok_two"}"#, nil),
        (#"{"id":7,"token":"tok_one","tok\u0065n":"tok_two"}"#, nil),
        (#"{"id":7,"token":"tok_one","token":null}"#, nil), (#"{"token":"tok_one","token":["tok_one"],"id":7}"#, nil),
        (#"{"id":7,"token":"tok_one","token":"tok_one"}"#, "tok_one"),
        (#"{"id":7,"token":"tok_one","token":"tok\u005fone"}"#, "tok_one"),
        (#"{"id":7,"token":"tok_one","meta":{"token":"tok_two"}}"#, "tok_one"),
        (#"{"id":7,"id":8,"token":"tok_one"}"#, "tok_one"),
    ])
    func twoSecretsAreNone(_ body: String, _ secret: String?) async throws {
        let probe = Probe(MockTransport(.json(text: body, status: 201)))
        guard let secret else {
            let error = try await failure { () throws(APIError) in try await probe.create() }
            #expect(error.kind == .decoding)
            #expect(error.outcome == .processed)
            #expect(error.message == "token stands twice, with different values")
            #expect(error.responseBody == Data(body.utf8))
            #expect(!everyText(of: error).contains("tok_"))
            return
        }
        #expect(try await probe.create().token == Secret(secret))
    }

    @Test func theSameSecretWrittenTwoWaysIsRecovered() {
        let body = Data(#"{"token":"tok_one","id":null,"token":"tok\u005fone"}"#.utf8)
        #expect(SecretRecovery.secret(named: "token", in: body) == Secret("tok_one"))
    }

    @Test(arguments: [
        #"{"a":1,"a":2,"b":[]}"#, #"{"a":{"c":1},"a":{"c":2}}"#, "\u{FEFF}{\"a\":1}",
        #"[0.1,1.7976931348623157e308,5e-324,123456789012345678,9007199254740993,0.30000000000000004,2.5e-7,1E3,-0.0]"#,
        #"[9223372036854775807,-9223372036854775808,9223372036854775808,18446744073709551615,100000000000000000000]"#,
        #"["\u00e9\n\/é","é"]"#, #"{"é":1,"é":2}"#,
    ])
    func aSmallBodyReadsAsALargeOne(_ text: String) throws {
        let small = try JSON.value(JSONValue.self, from: Data(text.utf8))
        let large = try JSON.value(JSONValue.self, from: Data((text + String(repeating: " ", count: 5000)).utf8))
        #expect(small == large)
        #expect(try JSON.value(JSONValue.self, from: Data(text.utf8)) == small)
        let member = try JSON.value(
            [String: JSONValue].self, from: Data(#"{"m":\#(text.replacing("\u{FEFF}", with: ""))}"#.utf8))
        #expect(member["m"] == small)
        #expect(
            try JSONDecoder().decode(JSONValue.self, from: Data(text.replacing("\u{FEFF}", with: "").utf8)) == small)
    }

    @Test func whatIsNoJSONIsRefused() {
        for text in [
            "", " ", "{", "[", "\"", "{]", "[}", "{\"a\"}", "{\"a\":}", "{a:1}", "tru", "nul", "01x", "1.", ".5", "1e",
            "+1", "-", "[1 2]",
            "{\"a\":1 \"b\":2}", "{}x", "1 2", "NaN", "[Infinity]", "\"a\nb\"", "\"\\x\"", "\"\\u12\"", "\"\\u12G4\"",
            "'a'", "\u{0}",
        ] {
            #expect(throws: DecodingError.self, "\(text)") { try JSON.value(JSONValue.self, from: Data(text.utf8)) }
        }
    }

    @Test func numbersFitTheirTypeOrAreRefused() throws {
        func read<Value: Decodable>(_ type: Value.Type, _ text: String) -> Value? {
            try? JSON.value([Value].self, from: Data("[\(text)]".utf8)).first
        }
        #expect(read(Int.self, "1.0") == 1)
        #expect(read(Int.self, "1e3") == 1000)
        #expect(read(Int.self, "1.5") == nil)
        #expect(read(UInt8.self, "256") == nil)
        #expect(read(UInt64.self, "18446744073709551615") == .max)
        #expect(read(UInt64.self, "18446744073709551616") == nil)
        #expect(read(Int64.self, "-9223372036854775808") == .min)
        #expect(read(Int64.self, "9223372036854775808") == nil)
        #expect(read(UInt8.self, "-1") == nil)
        #expect(read(Int.self, String(repeating: "9", count: 1_000_000)) == nil)
        #expect(read(Double.self, "0.1") == 0.1)
        #expect(read(Double.self, "1e400") == nil)
        #expect(read(Double.self, "\"1\"") == nil)
        #expect(read(Bool.self, "1") == nil)
        // What nobody reads is in nobody's way.
        #expect(try JSON.value(Model.self, from: Data(#"{"id":1,"other":1e400,"more":[[]]}"#.utf8)) == Model(id: 1))
    }

    @Test func aMemberThatDoesNotFitIsNamed() {
        for (text, words) in [
            (#"{"id":1,"list":[{"a":true},{"b":7}]}"#, "list[1].b is not a Bool"), (#"{"list":[]}"#, "id is missing"),
            (#"{"id":null}"#, "id is null"), (#"{"id":1.5}"#, "id is malformed"), ("[]", "the body is not a"),
        ] {
            let error = #expect(throws: DecodingError.self) { try JSON.value(Model.self, from: Data(text.utf8)) }
            #expect(error?.explanation.hasPrefix(words) == true)
        }
    }

    /// A large object is not looked through for each of its members.
    @Test func aLargeObjectIsReadInLinearTime() throws {
        let members = (0..<20_000).map { "\"k\($0)\":[\($0)]" }.joined(separator: ",")
        let start = ContinuousClock.now
        let value = try JSON.value([String: [Int]].self, from: Data("{\(members)}".utf8))
        #expect(value.count == 20_000)
        #expect(value["k19999"] == [19_999])
        #expect(ContinuousClock.now - start < .seconds(30))
    }
}
