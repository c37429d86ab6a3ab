/// Takes the secrets of a call out of the texts that a server sends back.
///
/// Works on bytes, so that no combining mark behind a secret can hide it. Finds a secret as it is, percent-encoded, and
/// escaped as in JSON or HTML, in any mixture. Control characters become visible escapes, so that a server can't forge a
/// line of a log.
package struct Redactor: Sendable {
    private let patterns: [Pattern]

    package init(_ secrets: [Secret]) {
        // The longest first: one may begin with another.
        patterns = secrets.map { $0.reveal() }.filter { !$0.isEmpty }.sorted { $0.utf8.count > $1.utf8.count }
            .map(Pattern.init)
    }

    /// The text without the secrets and with its control characters escaped.
    package func redacting(_ text: String) -> String {
        var text = text
        text = text.withUTF8(withoutSecrets) ?? text
        return text.escapingControls
    }

    /// `nil` if there is nothing to take out.
    private func withoutSecrets(in text: UnsafeBufferPointer<UInt8>) -> String? {
        var result: [UInt8] = []
        var (copied, place) = (0, 0)
        while place < text.count {
            if let end = patterns.lazy.compactMap({ $0.end(in: text, from: place) }).first {
                result += text[copied..<place]
                result += "(redacted)".utf8
                (copied, place) = (end, end)
            } else {
                place += 1
            }
        }
        return copied == 0 ? nil : String(decoding: result + text[copied...], as: UTF8.self)
    }

    func redacting(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text): .string(redacting(text))
        case .array(let values): .array(values.map(redacting))
        case .object(let members): .object(redacting(members))
        case .null, .bool, .integer, .number: value
        }
    }

    func redacting(_ members: [String: JSONValue]) -> [String: JSONValue] {
        Dictionary(members.map { (redacting($0), redacting($1)) }, uniquingKeysWith: { first, _ in first })
    }

    func redacting(_ error: HTTPValidationError) -> HTTPValidationError {
        HTTPValidationError(
            detail: error.detail.map { entry in
                ValidationError(
                    loc: entry.loc.map { if case .field(let name) = $0 { .field(redacting(name)) } else { $0 } },
                    msg: redacting(entry.msg),
                    type: redacting(entry.type),
                    input: entry.input.map(redacting),
                    ctx: entry.ctx.map(redacting)
                )
            })
    }
}

/// A secret in every form in which a server may repeat it.
private struct Pattern: Sendable {
    /// One scalar of the secret: as it is, and in escapes, whose letters may have either case.
    private struct Scalar {
        let itself: [UInt8]
        let escapes: [[UInt8]]

        init(_ scalar: Unicode.Scalar) {
            func hexadecimal(_ number: some BinaryInteger, _ width: Int) -> String {
                let digits = String(number, radix: 16)
                return String(repeating: "0", count: max(0, width - digits.count)) + digits
            }
            itself = Array(String(scalar).utf8)
            var escapes = [
                itself.map { "%" + hexadecimal($0, 2) }.joined(),
                String(scalar).utf16.map { "\\u" + hexadecimal($0, 4) }.joined(),
                "&#\(scalar.value);", "&#x\(hexadecimal(scalar.value, 1));",
            ]
            switch scalar {
            case "&": escapes.append("&amp;")
            case "<": escapes.append("&lt;")
            case ">": escapes.append("&gt;")
            case "\"": escapes += ["&quot;", "\\\""]
            case "'": escapes += ["&apos;", "\\'"]
            case "\\", "/": escapes.append("\\\(scalar)")
            case " ": escapes.append("+")
            default: break
            }
            self.escapes = escapes.map { Array($0.utf8) }
        }
    }

    private let scalars: [Scalar]
    /// Which bytes the secret can begin with.
    private let beginnings: [Bool]

    init(_ secret: String) {
        scalars = secret.unicodeScalars.map(Scalar.init)
        var beginnings = [Bool](repeating: false, count: 256)
        if let first = scalars.first {
            for form in first.escapes + [first.itself] { beginnings[Int(form[0])] = true }
        }
        self.beginnings = beginnings
    }

    /// Where the secret ends if it begins at a place.
    func end(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        guard beginnings[Int(text[start])] else { return nil }
        // A scalar's form may be the beginning of another's: all ways through the text are followed at once.
        var places = [start]
        for scalar in scalars {
            var next: [Int] = []
            for place in places {
                if text[place...].starts(with: scalar.itself) { next.append(place + scalar.itself.count) }
                for escape in scalar.escapes
                where text[place...].starts(with: escape, by: Self.isSameInAnyCase) {
                    if !next.contains(place + escape.count) { next.append(place + escape.count) }
                }
            }
            if next.isEmpty { return nil }
            places = next
        }
        return places.max()
    }

    private static func isSameInAnyCase(_ byte: UInt8, _ escaped: UInt8) -> Bool {
        byte == escaped || ((UInt8(ascii: "a")...UInt8(ascii: "z")).contains(escaped) && byte | 0x20 == escaped)
    }
}

extension String {
    /// The text with every control character as a visible escape, such as `\n` or `\u{1B}`.
    var escapingControls: String {
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
