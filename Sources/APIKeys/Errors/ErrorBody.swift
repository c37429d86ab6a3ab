import Foundation

/// What can be read from the body of an error response. Bodies come as FastAPI's, as other JSON, as text, as a proxy's
/// HTML, or empty: whatever is there, reading it never fails.
struct ErrorBody: Sendable {
    /// What the server said, for people.
    let message: String?
    /// The entries of a validation error.
    let validation: HTTPValidationError

    private static let maximumMessageLength = 2000
    /// What a server has to say of an error is shorter.
    private static let maximumSize = 256 * 1024

    init(_ response: HTTPResponse) {
        let json = response.body.count <= Self.maximumSize ? try? JSON.tree(from: response.body) : nil
        message = json.map(Self.message(in:)) ?? Self.text(in: response)
        validation = HTTPValidationError(readableIn: json)
    }

    /// The same without the secrets of a call, and of a length that a log can take.
    func redacted(by redactor: Redactor) -> (message: String?, validation: HTTPValidationError) {
        let message = message.map { redactor.redacting($0).unicodeScalars.prefix(Self.maximumMessageLength) }
        return (message.map(String.init), redactor.redacting(validation))
    }

    /// The text under `message`, `error` or `detail`, each of which may be an object that holds it in turn; RFC 6749 has
    /// it under `error_description`.
    private static func message(in json: JSONValue) -> String? {
        if case .string(let text) = json { return nonEmpty(text) }
        for name in ["message", "error_description", "error", "detail"] {
            guard let value = json[name] else { continue }
            switch value {
            case .string(let text):
                if let text = nonEmpty(text) { return text }
            case .object:
                for name in ["message", "error_message", "msg", "error", "detail"] {
                    if let text = value[name]?.string.flatMap(nonEmpty) { return text }
                }
            case .array(let elements):
                if let text = nonEmpty(elements.compactMap(\.string).joined(separator: "; ")) { return text }
            default: continue
            }
        }
        return nil
    }

    /// A body that is plain text; nothing if it looks like markup.
    private static func text(in response: HTTPResponse) -> String? {
        guard response.body.count <= maximumSize else { return nil }
        let text = String(data: response.body, encoding: .utf8) ?? String(data: response.body, encoding: .isoLatin1)
        let trimmed = text?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
        let isText = response.headers["Content-Type"].map { $0.lowercased().hasPrefix("text/plain") } ?? true
        return isText && !["<", "{", "["].contains(trimmed.first) ? nonEmpty(trimmed) : nil
    }

    private static func nonEmpty(_ text: String) -> String? {
        text.isEmpty ? nil : text
    }
}
