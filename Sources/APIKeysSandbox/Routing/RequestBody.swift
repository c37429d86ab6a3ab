import APIKeys
import Foundation

/// What FastAPI makes of a request's body before it is checked against a schema.
enum RequestBody {
    /// There is none.
    case absent
    /// JSON, or text that nobody said is JSON, which no model takes.
    case value(WireValue)
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
            let text = String(decoding: body, as: UTF8.self)
            self = .value(text.utf8.elementsEqual(body) ? .string(text) : .unwritable)
            return
        }
        do throws(PythonJSON.Failure) {
            self = .value(try PythonJSON.value(in: body))
        } catch {
            switch error {
            case .invalid(let message, let position):
                self = .invalid(
                    InputError(
                        "json_invalid", ["body", .index(position)], "JSON decode error", input: [:],
                        ctx: ["error": .string(message)]))
            case .unreadable: self = .unreadable
            }
        }
    }

    /// Whether a media type is `application/json` or `application/…+json`, whatever its parameters.
    private static func isJSON(_ contentType: String) -> Bool {
        let type = contentType.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces).lowercased()
        let parts = type.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 2 && parts[0] == "application" && (parts[1] == "json" || parts[1].hasSuffix("+json"))
    }
}
