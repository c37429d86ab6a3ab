import Foundation

/// JSON as it stands in a body: numbers as they are written, objects with their members in order.
enum JSONNode: Equatable, Sendable {
    case null
    case bool(Bool)
    /// The number's literal. What it is worth depends on who reads it.
    case number(String)
    /// A text, and whether it is exactly what was sent: a byte that is not UTF-8 or half of a surrogate pair reads as
    /// U+FFFD.
    case string(String, isExact: Bool)
    case array([JSONNode])
    case object([Member])

    struct Member: Equatable, Sendable {
        var name: String
        var value: JSONNode
    }

    /// Reads a body; `nil` if it is not JSON or nests more than 512 deep.
    static func reading(_ body: Data) -> JSONNode? {
        parse(body, isLenient: false) { parser, node in parser.isAtEnd ? node : nil }
    }

    /// Reads as much of a body as makes sense: up to where it was cut or is no JSON, and also with control characters
    /// in a text, `NaN`, or any depth, of which what is too deep reads as `null`.
    ///
    /// - Returns: The JSON, if there is any, and whether the body holds nothing else.
    static func readingLeniently(_ body: Data) -> (node: JSONNode, isWhole: Bool)? {
        parse(body, isLenient: true) { parser, node in (node, parser.isAtEnd) }
    }

    private static func parse<Result>(
        _ body: Data, isLenient: Bool, _ result: (inout JSONParser, JSONNode) -> Result?
    ) -> Result? {
        let body = utf8(of: body)
        return body.withUnsafeBytes { bytes in
            var parser = JSONParser(bytes, isLenient: isLenient)
            return parser.value().flatMap { result(&parser, $0) }
        }
    }

    /// A body in UTF-16, which the zero bytes of its first two characters give away, as UTF-8.
    private static func utf8(of body: Data) -> Data {
        guard body.count > 1 else { return body }
        let encoding: String.Encoding? =
            switch (body[body.startIndex], body[body.startIndex + 1]) {
            case (0xFE, 0xFF), (0xFF, 0xFE): .utf16
            case (0, 1...): .utf16BigEndian
            case (1..., 0): .utf16LittleEndian
            default: nil
            }
        guard let encoding, let text = String(data: body, encoding: encoding) else { return body }
        return Data(text.utf8)
    }

    /// The value as one of the public type, unless it nests more than 128 deep or holds a number too large.
    ///
    /// Leniently, a number that a ``JSONValue`` can't hold becomes its literal, and what is too deep `null`.
    func value(at path: @autoclosure () -> [any CodingKey] = [], isLenient: Bool = false) throws -> JSONValue {
        guard let value = publicValue(depth: 0, isLenient: isLenient) else {
            let text = "JSON that nests more than \(JSONValue.maximumDepth) deep, or a number too large"
            throw DecodingError.dataCorrupted(.init(codingPath: path(), debugDescription: text))
        }
        return value
    }

    private func publicValue(depth: Int, isLenient: Bool) -> JSONValue? {
        guard depth <= JSONValue.maximumDepth else { return isLenient ? .null : nil }
        switch self {
        case .null: return .null
        case .bool(let value): return .bool(value)
        case .string(let text, _): return .string(text)
        case .number(let literal):
            return JSONValue(numberLiteral: literal) ?? (isLenient ? .string(literal) : nil)
        case .array(let elements):
            var values: [JSONValue] = []
            values.reserveCapacity(elements.count)
            for element in elements {
                guard let value = element.publicValue(depth: depth + 1, isLenient: isLenient) else { return nil }
                values.append(value)
            }
            return .array(values)
        case .object(let members):
            var values: [String: JSONValue] = [:]
            values.reserveCapacity(members.count)
            // Of two members of one name the first counts, as for a decoder.
            for member in members where values[member.name] == nil {
                guard let value = member.value.publicValue(depth: depth + 1, isLenient: isLenient) else { return nil }
                values[member.name] = value
            }
            return .object(values)
        }
    }
}

extension JSONValue {
    /// The value of a number: an integer wherever one is exact.
    fileprivate init?(numberLiteral literal: String) {
        if let integer = Int64(literal) {
            self = .integer(integer)
        } else if let number = Double(literal), number.isFinite {
            self = Int64(exactly: number).map { .integer($0) } ?? .number(number)
        } else {
            return nil
        }
    }
}
