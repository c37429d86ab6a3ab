import APIKeys
import Foundation

/// A request's body as FastAPI reads it, before it is checked against a schema.
enum IncomingBody {
    /// There is none.
    case absent
    /// JSON, or text that nobody said is JSON, which no model takes.
    case value(JSONValue)
    /// It is said to be JSON and is none.
    case invalid(InputError)
    /// It is said to be JSON and is no text.
    case unreadable

    init(_ request: HTTPRequest) {
        guard let body = request.body, !body.isEmpty else {
            self = .absent
            return
        }
        guard Self.isJSON(request.headers.values(for: "Content-Type").first ?? "") else {
            self = .value(.string(String(decoding: body, as: UTF8.self)))
            return
        }
        if let value = try? JSON.value(JSONValue.self, from: body), !Self.hasTrailingComma([UInt8](body)) {
            self = .value(value)
        } else if String(data: body, encoding: .utf8) == nil {
            self = .unreadable
        } else {
            self = .invalid(
                InputError(
                    type: "json_invalid", loc: ["body", .index(0)], msg: "JSON decode error", input: .object([:]),
                    ctx: ["error": .string("Expecting value")]))
        }
    }

    /// Whether there is a comma behind the last member or element, which Foundation lets pass.
    private static func hasTrailingComma(_ json: [UInt8]) -> Bool {
        let (quote, backslash, comma) = (UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: ","))
        let (bracket, brace, space) = (UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: " "))
        var (isInString, isEscaped, isBehindComma) = (false, false, false)
        for byte in json {
            if isInString {
                if byte == quote, !isEscaped { isInString = false }
                isEscaped = byte == backslash && !isEscaped
            } else if byte == comma {
                isBehindComma = true
            } else if byte > space {
                if isBehindComma, byte == bracket || byte == brace { return true }
                (isBehindComma, isInString) = (false, byte == quote)
            }
        }
        return false
    }

    /// Whether a media type is `application/json` or `application/…+json`, whatever its parameters.
    private static func isJSON(_ contentType: String) -> Bool {
        let type = contentType.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces).lowercased()
        return type == "application/json" || type.hasPrefix("application/") && type.hasSuffix("+json")
    }
}
