import APIKeys
import APIKeysTesting
import Foundation

/// What a server, or a transport, does that repeats the secrets of a call wherever a text can stand.
struct HostileAnswer: Sendable {
    /// Of a call here: longer than any of these answers but one.
    static let maximumResponseBytes = 1 << 15

    let name: String
    let answer: MockTransport.Answer

    /// An error whose own words hold a secret.
    struct Leaky: LocalizedError, CustomStringConvertible, CustomDebugStringConvertible, CustomNSError {
        let secret = Sentinel.foreign.text
        var words = Sentinel.foreign.text
        var description: String { "it says \(words)" }
        var debugDescription: String { description }
        var errorDescription: String? { description }
        var errorUserInfo: [String: Any] { ["secret": words] }
    }

    /// One of each kind for a call, each of them with these secrets.
    static func all(_ secrets: [Sentinel], for call: ClientCall) -> [HostileAnswer] {
        let texts = secrets.flatMap(\.disguises)
        let headers = self.headers(texts)
        let member = call.secretName.map { #""\#($0)":"\#(Sentinel.created.text)","# } ?? ""
        let bodies = [
            ("entries", "{\(member)\(entries(texts))}"),
            ("message", "{\(member)\"message\":\(json(texts.joined(separator: " ")))}"),
            (
                "object",
                "{\(member)\"detail\":{\"errors\":{\(json(texts[0])):[\(json(texts.joined(separator: ",")))]}}}"
            ),
            ("html", "<html>\(member)<h1>\(texts.joined(separator: "</h1><p>"))"),
            ("text", member + texts.joined(separator: "\n")),
        ]
        // Each status with two bodies, and each body with five or six.
        var answers = [300, 301, 307, 400, 401, 403, 404, 409, 418, 422, 429, 499, 500, 503].enumerated().flatMap {
            (index, status) in
            [bodies[index % 5], bodies[(index * 2 + 1) % 5]].map { form, body in
                HostileAnswer("\(status) \(form)", .response(response(status, body, headers)))
            }
        }
        let pair = call.secretName.map { #""\#($0)":"\#(Sentinel.created.text)"# } ?? #""a":"b"#
        let misfits = ["{\(json(texts[0])):1,\(pair)\"}", "{\(pair)", "[{\(pair)\"}]", "\(member)\(bodies[0].1)"]
        answers += misfits.map { HostileAnswer("misfit", .response(response(200, $0, headers))) }
        let large = bodies[0].1 + String(repeating: " ", count: maximumResponseBytes)
        answers.append(HostileAnswer("too large", .response(response(200, large, headers))))
        let partial = response(200, bodies[0].1, headers)
        let refused = response(500, bodies[0].1, headers)
        let reasons: [NetworkFailure.Reason] = [
            .connectionLost, .other, .secureConnectionFailed, .timedOut, .responseTooLarge, .invalidResponse,
        ]
        answers += reasons.enumerated().map { index, reason in
            let response = index % 2 == 0 ? partial : refused
            return HostileAnswer(
                "\(reason)", .failure(NetworkFailure(reason: reason, code: 35, partialResponse: response)))
        }
        answers.append(HostileAnswer("foreign error", .failure(Leaky(words: texts.joined()))))
        answers.append(HostileAnswer("cancellation", .failure(CancellationError())))
        // There is no answer that names a new key.
        let known = secrets[0].disguises
        for kind in [APIError.Kind.invalidRequest(known.joined()), .middleware, .credential] {
            let error = APIError(
                kind: kind, outcome: .unknown, message: known.joined(separator: " "), provider: "", operation: "",
                headers: self.headers(known), requestID: known.joined(), underlying: Leaky(), server: known[0])
            answers.append(HostileAnswer("verdict", .failure(error)))
        }
        return answers
    }

    private init(_ name: String, _ answer: MockTransport.Answer) {
        (self.name, self.answer) = (name, answer)
    }

    static func headers(_ texts: [String]) -> HTTPHeaders {
        let all = texts.joined(separator: " ")
        var headers: HTTPHeaders = [
            "X-Request-ID": texts.prefix(3).joined(separator: " "),
            "Location": "https://\(texts[0]).example.com/\(texts[0])?\(texts[0])",
            "Retry-After": texts[0], "WWW-Authenticate": all, "Content-Type": all, "Set-Cookie": all,
        ]
        // A name is a token.
        for text in texts where HTTPHeaders.isToken(text) { headers.append(name: text, value: text) }
        return headers
    }

    private static func response(_ status: Int, _ body: String, _ headers: HTTPHeaders) -> HTTPResponse {
        HTTPResponse(status: status, headers: headers, body: Data(body.utf8))
    }

    static func json(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n") + "\""
    }

    /// An entry for each text, which stands in another member of each.
    private static func entries(_ texts: [String]) -> String {
        let forms = [
            #""loc":["body",*],"msg":"m","type":"t""#, #""loc":[],"msg":*,"type":"t""#, #""loc":[],"msg":"m","type":*"#,
            #""loc":[],"msg":"m","type":"t","input":[*]"#, #""loc":[],"msg":"m","type":"t","input":{*:1}"#,
            #""loc":[],"msg":"m","type":"t","ctx":{*:*}"#,
        ]
        let entries = texts.enumerated().map { index, text in
            "{\(forms[index % forms.count].replacing("*", with: json(text)))}"
        }
        return "\"detail\":[\(entries.joined(separator: ","))]"
    }
}
