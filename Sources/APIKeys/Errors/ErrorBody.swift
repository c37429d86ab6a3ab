import Foundation

/// What can be read from the body of an error response. Bodies come as FastAPI's, as other JSON, as text, as a proxy's
/// HTML, or empty: whatever is there, reading it never fails.
struct ErrorBody {
    /// What the server said, for people.
    let message: String?
    /// The entries of a validation error.
    let validation: HTTPValidationError

    /// Reads an error response.
    ///
    /// - Parameters:
    ///   - response: The response.
    ///   - redactor: Takes secrets out of every text that was read.
    init(_ response: HTTPResponse, redactor: Redactor) {
        let isReadable = response.body.count <= Self.maximumSize
        let json = isReadable ? try? JSON.value(JSONValue.self, from: response.body) : nil
        let message = json.map(Self.message(in:)) ?? Self.text(in: response)
        self.message = message.map { String(redactor.redacting($0).prefix(Self.maximumMessageLength)) }
        self.validation = redactor.redacting(HTTPValidationError(readableIn: json))
    }

    private static let maximumMessageLength = 2000
    /// Reading takes time that no deadline bounds; what a server has to say of an error is shorter.
    private static let maximumSize = 256 * 1024

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

    /// A body that is plain text; nothing where it looks like markup.
    private static func text(in response: HTTPResponse) -> String? {
        let beginning = response.body.prefix(4 * maximumMessageLength)
        let text = String(data: beginning, encoding: .utf8) ?? String(data: beginning, encoding: .isoLatin1) ?? ""
        let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
        let isText = response.headers["Content-Type"].map { $0.lowercased().hasPrefix("text/plain") } ?? true
        return isText && !["<", "{", "["].contains(trimmed.first) ? nonEmpty(trimmed) : nil
    }

    private static func nonEmpty(_ text: String) -> String? {
        text.isEmpty ? nil : text
    }
}
