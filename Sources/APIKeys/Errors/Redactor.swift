/// Takes the secrets of a call out of the texts that a server sends back.
///
/// Finds every run of 8 characters or more of a secret, and a shorter secret as a whole: in any case, as it is and in
/// Base64, percent-encoded and escaped as in JSON or HTML, whatever cannot be seen between its characters. Takes a time
/// that grows linearly with the text and with the secrets, whatever they are.
package struct Redactor: Sendable {
    private let patterns: SecretPatterns

    package init(_ secrets: [Secret]) {
        patterns = SecretPatterns(secrets.map { $0.reveal() })
    }

    /// A text to be printed: without the secrets, and with its control characters as visible escapes, so that a server
    /// can't forge a line of a log.
    package func redacting(_ text: String) -> String {
        withoutSecrets(text).escapingControls
    }

    /// The text without the secrets, and otherwise as it is.
    func withoutSecrets(_ text: String) -> String {
        guard !patterns.isEmpty else { return text }
        var text = text
        return text.withUTF8 { bytes in
            var isSecret = [Bool](repeating: false, count: bytes.count)
            var hasSecret = false
            let layers = DecodedText.layers(of: bytes, separately: patterns.holdEscapes)
            for layer in layers where patterns.mark(layer, in: &isSecret) { hasSecret = true }
            return hasSecret ? Self.text(bytes, without: isSecret) : nil
        } ?? text
    }

    /// The bytes with `(redacted)` in place of the characters of which any byte is a secret's.
    private static func text(_ bytes: UnsafeBufferPointer<UInt8>, without isSecret: [Bool]) -> String {
        var result: [UInt8] = []
        var (place, wasSecret) = (0, false)
        while place < bytes.count {
            var end = place + 1
            while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
            let holdsSecret = isSecret[place..<end].contains(true)
            if !holdsSecret {
                result += bytes[place..<end]
            } else if !wasSecret {
                result += "(redacted)".utf8
            }
            (place, wasSecret) = (end, holdsSecret)
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// A value without the secrets, and otherwise as it is.
    func withoutSecrets(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text): .string(withoutSecrets(text))
        case .array(let values): .array(values.map(withoutSecrets))
        case .object(let members): .object(withoutSecrets(members))
        case .null, .bool: value
        case .integer, .number:
            // A secret may be a number, too.
            withoutSecrets(value.description) == value.description ? value : .string("(redacted)")
        }
    }

    private func withoutSecrets(_ members: [String: JSONValue]) -> [String: JSONValue] {
        Dictionary(
            members.map { (withoutSecrets($0), withoutSecrets($1)) }, uniquingKeysWith: { first, _ in first })
    }

    /// Header fields as they came, but for names that hold a secret: names are printed.
    func redactingNames(_ headers: HTTPHeaders) -> HTTPHeaders {
        HTTPHeaders(headers.fields.map { .init(name: redacting($0.name), value: $0.value) })
    }

    package func redacting(_ error: HTTPValidationError) -> HTTPValidationError {
        HTTPValidationError(
            detail: error.detail.map { entry in
                ValidationError(
                    loc: entry.loc.map { if case .field(let name) = $0 { .field(redacting(name)) } else { $0 } },
                    msg: redacting(entry.msg),
                    type: redacting(entry.type),
                    input: entry.input.map(withoutSecrets),
                    ctx: entry.ctx.map(withoutSecrets)
                )
            })
    }
}

extension APIError {
    /// The error without the secrets of a call in its texts, which a transport of another's may have put there.
    func redacted(by redactor: Redactor) -> APIError {
        var error = self
        error.message = message.map(redactor.redacting)
        error.requestID = requestID.map(redactor.redacting)
        error.server = server.map(redactor.redacting)
        error.headers = redactor.redactingNames(headers)
        switch kind {
        case .invalidRequest(let reason): error.kind = .invalidRequest(redactor.redacting(reason))
        case .validation(let validation): error.kind = .validation(redactor.redacting(validation))
        default: break
        }
        return error
    }
}

extension String {
    /// The text with every control character as a visible escape, such as `\n` or `\u{1B}`.
    package var escapingControls: String {
        // Nearly all texts have none, and are printable ASCII.
        if hasOnlyBytes({ (0x20...0x7E).contains($0) }) { return self }
        return unicodeScalars.reduce(into: "") { text, scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: text += scalar.escaped(asASCII: true)
            default: text.unicodeScalars.append(scalar)
            }
        }
    }
}
