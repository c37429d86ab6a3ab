import APIKeys
import Foundation

/// What a value has to be, as the provider's schema has it. ``validated(_:at:errors:)`` answers as pydantic does.
indirect enum Schema: Sendable {
    /// A string of so many characters.
    case string(min: Int = 0, max: Int = .max)
    /// A string that matches the pattern `^(a|b)$`.
    case pattern([String])
    case uuid
    case boolean
    /// A Python `Enum` of strings.
    case enumeration([String])
    /// A Python `Literal` of strings.
    case literal([String])
    case list(Schema)
    case nullable(Schema)
    case model(Model)

    /// Whether a query parameter of this schema takes all values of its name.
    var isList: Bool {
        if case .list = self { true } else { false }
    }

    /// Checks a value, and puts it into the one form that handlers know; `nil` if something is wrong.
    func validated(_ value: JSONValue, at loc: [LocationElement], errors: inout [InputError]) -> JSONValue? {
        func refused(_ type: String, _ msg: String, ctx: [String: JSONValue]? = nil) -> JSONValue? {
            errors.append(InputError(type: type, loc: loc, msg: msg, input: value, ctx: ctx))
            return nil
        }
        switch (self, value) {
        case (.nullable, .null): return .null
        case (.nullable(let schema), _): return schema.validated(value, at: loc, errors: &errors)
        case (.string(let min, let max), .string(let text)):
            let length = text.unicodeScalars.count
            if length < min {
                let msg = "String should have at least \(min) character\(min == 1 ? "" : "s")"
                return refused("string_too_short", msg, ctx: ["min_length": .integer(Int64(min))])
            }
            if length > max {
                let msg = "String should have at most \(max) character\(max == 1 ? "" : "s")"
                return refused("string_too_long", msg, ctx: ["max_length": .integer(Int64(max))])
            }
            return value
        case (.pattern(let texts), .string(let text)):
            if texts.contains(where: text.isSame) { return value }
            let pattern = "^(\(texts.joined(separator: "|")))$"
            let msg = "String should match pattern '\(pattern)'"
            return refused("string_pattern_mismatch", msg, ctx: ["pattern": .string(pattern)])
        case (.string, _), (.pattern, _):
            return refused("string_type", "Input should be a valid string")
        case (.uuid, .string(let text)):
            if let id = UUID.fromWire(text) ?? Self.uuid(digits: text) { return .string(id.wireValue) }
            let problem = Self.problem(inUUID: text)
            let msg = "Input should be a valid UUID, \(problem)"
            return refused("uuid_parsing", msg, ctx: ["error": .string(problem)])
        case (.uuid, _):
            return refused("uuid_type", "UUID input should be a string, bytes or UUID object")
        case (.boolean, .bool): return value
        case (.boolean, _):
            // In a query, it is a text.
            let text = value.string?.lowercased() ?? ""
            if ["1", "on", "t", "true", "y", "yes"].contains(text) { return .bool(true) }
            if ["0", "off", "f", "false", "n", "no"].contains(text) { return .bool(false) }
            return refused("bool_parsing", "Input should be a valid boolean, unable to interpret input")
        case (.enumeration(let texts), _), (.literal(let texts), _):
            if let text = value.string, texts.contains(where: text.isSame) { return value }
            let expected = Self.expected(texts)
            let type = if case .enumeration = self { "enum" } else { "literal_error" }
            return refused(type, "Input should be \(expected)", ctx: ["expected": .string(expected)])
        case (.list(let schema), .array(let elements)):
            let valid = elements.enumerated().compactMap { index, element in
                schema.validated(element, at: loc + [.index(index)], errors: &errors)
            }
            return valid.count == elements.count ? .array(valid) : nil
        case (.list, _):
            return refused("list_type", "Input should be a valid list")
        case (.model(let model), .object(let object)):
            return model.validated(object, at: loc, errors: &errors).map { .object($0) }
        case (.model, _):
            let msg = "Input should be a valid dictionary or object to extract fields from"
            return refused("model_attributes_type", msg)
        }
    }

    /// `'a', 'b' or 'c'`
    private static func expected(_ texts: [String]) -> String {
        let quoted = texts.map { "'\($0)'" }
        guard let last = quoted.last, quoted.count > 1 else { return quoted.first ?? "" }
        return quoted.dropLast().joined(separator: ", ") + " or " + last
    }

    /// The UUID of 32 digits without hyphens.
    private static func uuid(digits text: String) -> UUID? {
        guard text.utf8.count == 32, text.allSatisfy(\.isHexDigit), let high = UInt64(text.prefix(16), radix: 16),
            let low = UInt64(text.suffix(16), radix: 16)
        else { return nil }
        return UUID(high: high, low: low)
    }

    /// What is wrong with a text that is no UUID, in pydantic's words.
    private static func problem(inUUID text: String) -> String {
        let scalars = text.unicodeScalars
        if let place = scalars.firstIndex(where: { $0 != "-" && !($0.isASCII && $0.properties.isHexDigit) }) {
            let offset = text.utf8.distance(from: text.startIndex, to: place)
            return "invalid character: found `\(scalars[place])` at \(offset)"
        }
        let groups = text.split(separator: "-", omittingEmptySubsequences: false).map(\.count)
        if groups.count == 1 { return "invalid length: found \(text.count)" }
        if groups.count != 5 { return "invalid group count: expected 5, found \(groups.count)" }
        for (index, expected) in [8, 4, 4, 4, 12].enumerated() where groups[index] != expected {
            return "invalid group length in group \(index): expected \(expected), found \(groups[index])"
        }
        return "invalid"
    }
}
