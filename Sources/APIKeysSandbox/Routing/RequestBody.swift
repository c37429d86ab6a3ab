import APIKeys
import Foundation

/// What FastAPI makes of a request's body before it is checked against a schema.
enum RequestBody {
    /// There is none.
    case absent
    /// JSON, or text that nobody said is JSON, which no model takes.
    case value(JSONValue)
    /// It is said to be JSON and is none.
    case invalid(InputError)

    init(_ request: HTTPRequest) {
        guard let body = request.body, !body.isEmpty else {
            self = .absent
            return
        }
        guard Self.isJSON(request.headers.values(for: "Content-Type").first ?? "") else {
            self = .value(.string(String(decoding: body, as: UTF8.self)))
            return
        }
        do {
            self = .value(try JSON.value(JSONValue.self, from: body))
        } catch {
            self = .invalid(
                InputError(
                    "json_invalid", ["body", .index(0)], "JSON decode error", input: .object([:]),
                    ctx: ["error": .string("Expecting value")]))
        }
    }

    /// Whether a media type is `application/json` or `application/…+json`, whatever its parameters.
    private static func isJSON(_ contentType: String) -> Bool {
        let type = contentType.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces).lowercased()
        return type == "application/json" || type.hasPrefix("application/") && type.hasSuffix("+json")
    }
}
