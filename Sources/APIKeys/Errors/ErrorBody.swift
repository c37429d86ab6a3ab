import Foundation

/// What can be read from the body of an error response. Bodies come as FastAPI's, as other JSON, as text, as a proxy's
/// HTML, cut, or empty: whatever is there, reading it never fails. What is read is in Reading-the-servers-reason.md.
package struct ErrorBody: Sendable {
    /// What the server said, for people.
    package let message: String?
    /// The entries of a validation error.
    package let validation: HTTPValidationError

    private static let maximumMessageLength = 2000
    /// What a server has to say of an error is shorter.
    private static let maximumSize = 256 * 1024

    package init(_ response: HTTPResponse) {
        let body = response.body.prefix(Self.maximumSize)
        let json = JSONNode.readingLeniently(body)
        let value = json.flatMap { try? $0.node.value(isLenient: true) }
        let entries = value.map(Self.entries) ?? []
        validation = HTTPValidationError(detail: entries)
        // A 422 has its entries in its kind; under another status only the message can tell them.
        let isTyped = response.status == 422 && !entries.isEmpty
        let reason = value.flatMap { Reason.text(in: $0, withoutEntries: isTyped) }
        message = reason ?? (json?.isWhole == true ? nil : Self.text(in: response, body))
    }

    /// The same without the secrets of a call, and of a length that a log can take.
    func redacted(by redactor: Redactor) -> (message: String?, validation: HTTPValidationError) {
        let message = message.map { redactor.redacting($0).unicodeScalars.prefix(Self.maximumMessageLength) }
        return (message.map(String.init), redactor.redacting(validation))
    }

    /// The first list of entries that can be read one by one: FastAPI's `detail`, the `errors` of others, or the whole
    /// body.
    private static func entries(in value: JSONValue) -> [ValidationError] {
        let members = Reason.Members(value)
        let places = [value] + Reason.names.compactMap { members?[$0] }
        for place in places {
            guard case .array(let elements) = place else { continue }
            let entries = elements.compactMap(ValidationError.init)
            if !entries.isEmpty { return entries }
        }
        return []
    }

    /// A body that is plain text; nothing if it looks like markup, or like JSON that could not be read.
    private static func text(in response: HTTPResponse, _ body: Data) -> String? {
        let type = response.headers["Content-Type"]?.lowercased() ?? "text/plain"
        guard type.hasPrefix("text/") || type.contains("json") else { return nil }
        let text = String(data: body, encoding: .utf8) ?? String(data: body, encoding: .isoLatin1) ?? ""
        let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
        return trimmed.isEmpty || ["<", "{", "["].contains(trimmed.first) ? nil : trimmed
    }
}
