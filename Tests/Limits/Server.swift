import APIKeys
import Foundation
import JunctionKeys

/// Answers every request with one response, from memory.
struct Server: HTTPTransport {
    var response: HTTPResponse

    init(_ status: Int, headers: HTTPHeaders = ["Content-Type": "application/json"], _ body: String) {
        response = HTTPResponse(status: status, headers: headers, body: Data(body.utf8))
    }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse { response }

    /// Creates a key, lists keys, and says what became of it.
    func outcome(of call: Call, options: RequestOptions = .init()) async -> String {
        await Self.outcome(of: call, over: self, options: options)
    }

    static func outcome(
        of call: Call, over transport: any HTTPTransport, baseURL: URL? = nil, options: RequestOptions = .init()
    ) async -> String {
        let configuration = ClientConfiguration(
            baseURL: baseURL, retry: .never, maximumResponseBytes: 64 * 1024 * 1024)
        let junction = JunctionClient(
            managementKey: Secret("mg_0123456789abcdef"), organizationID: UUID(), configuration: configuration,
            transport: transport)
        do {
            switch call {
            case .create:
                let key = try await junction.createTeamAPIKey(
                    label: "ci", teamID: UUID(), environment: .sandbox, region: .us, options: options)
                return "a key with a label of \(key.label.utf8.count) bytes"
            case .list:
                let keys = try await junction.teamAPIKeys(environment: .sandbox, region: .us, options: options).all()
                return "\(keys.count) keys"
            }
        } catch {
            var text = "\(error.kind)".prefix { $0 != "(" && $0 != ":" }.description
            if let message = error.message { text += ", message of \(message.count)" }
            if case .validation(let validation) = error.kind { text += ", \(validation.detail.count) entries" }
            if error.recoveredSecret != nil { text += ", secret recovered" }
            _ = error.description
            return text
        }
    }
}

enum Call { case create, list }

/// A key as Junction sends it, with more members in front.
func key(_ more: String = "", label: String = "ci") -> String {
    #"{\#(more)"id":"3c90c3cc-0d44-4b50-8888-8dd25736052a","label":"\#(label)","value":"sk_us_0123456789abcdef","#
        + #""team_id":"3c90c3cc-0d44-4b50-8888-8dd25736052a","created_at":"2026-01-01T00:00:00Z"}"#
}

func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

/// Bodies that a server may send: what is at its limit, how much of it, the call, and how much memory it may take.
private let bodies:
    [(name: String, size: Int, unit: String, call: Call, megabytes: Int, make: @Sendable (Int) -> Server)] = [
        (
            "nesting in a create's answer", 4_000_000, "deep", .create, 100,
            { Server(200, key(#""x":\#(repeated("[", $0)),"#)) }
        ),
        ("nesting in a refusal", 4_000_000, "bytes", .list, 100, { Server(400, repeated(#"{"a":"#, $0 / 5)) }),
        (
            "a number in a create's answer", 4_000_000, "digits", .create, 100,
            { Server(200, key(#""x":\#(repeated("9", $0)),"#)) }
        ),
        (
            "an exponent in a refusal", 4_000_000, "digits", .list, 100,
            { Server(422, #"{"detail":[{"loc":["a",1e\#(repeated("9", $0))],"msg":"m","type":"t"}]}"#) }
        ),
        (
            "numbers that fit no type", 400_000, "numbers", .list, 100,
            { Server(422, #"{"detail":[\#(repeated("1e999999999,-0,18446744073709551616,", $0 / 3))0]}"#) }
        ),
        ("a label", 8_000_000, "bytes", .create, 200, { Server(200, key(label: repeated("x", $0))) }),
        (
            "a label of escapes", 8_000_000, "bytes", .create, 200,
            { Server(200, key(label: repeated(#"\ud83d\ude00"#, $0 / 12))) }
        ),
        (
            "a message that repeats the credential", 8_000_000, "bytes", .list, 200,
            { Server(400, #"{"message":"\#(repeated("mg_0123456789abcdef ", $0 / 20))"}"#) }
        ),
        (
            "an answer that does not fit its schema", 8_000_000, "bytes", .create, 400,
            { Server(200, #"{"value":"sk_us_0123456789abcdef","x":"\#(repeated("mg_0123456 \\u0041", $0 / 17))"}"#) }
        ),
        (
            "an answer that is no JSON", 8_000_000, "bytes", .create, 200,
            { Server(200, repeated("sk_us_\u{0}\u{FF}", $0 / 9)) }
        ),
        (
            "`detail`", 100_000, "entries", .create, 100,
            { Server(422, #"{"detail":[\#(repeated(#"{"loc":["body","a"],"msg":"m","type":"t"},"#, $0))0]}"#) }
        ),
        ("a member that repeats", 400_000, "times", .create, 200, { Server(200, key(repeated(#""label":"x","#, $0))) }),
        (
            "a secret that repeats", 400_000, "times", .create, 200,
            { Server(200, key(repeated(#""value":"sk_us_0123456789abcdef","#, $0))) }
        ),
        (
            "secrets of one name that differ", 400_000, "times", .create, 800,
            { Server(200, key((0..<$0).map { #""value":"sk_us_\#($0)","# }.joined())) }
        ),
        (
            "members of a list's body", 400_000, "members", .list, 400,
            { Server(200, "{" + (0..<$0).map { #""m\#($0)":0,"# }.joined() + #""api_keys":[],"next_cursor":null}"#) }
        ),
        (
            "keys on a page", 100_000, "keys", .list, 400,
            { Server(200, #"{"api_keys":[\#(repeated(key() + ",", $0 - 1))\#(key())],"next_cursor":null}"#) }
        ),
    ]

func measureBodies(_ measurement: Measurement) async {
    for body in bodies {
        await measurement.measure(
            body.name, body.size, body.unit, maximumMegabytes: body.megabytes, prepare: body.make,
            { await $0.outcome(of: body.call) })
    }
}
