import APIKeys
import Foundation

/// What a value has to be, said as the provider's schema says it. ``validated(_:at:errors:)`` answers as pydantic does.
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
        switch self {
        case .list: true
        case .nullable(let schema): schema.isList
        default: false
        }
    }

    /// Checks a value.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - loc: Where it stands in the request.
    ///   - errors: Takes what is wrong.
    /// - Returns: The value in the one form that handlers know, or `nil` where something is wrong with it.
    func validated(_ value: WireValue, at loc: [LocationElement], errors: inout [InputError]) -> WireValue? {
        func refused(_ type: String, _ msg: String, ctx: WireObject? = nil) -> WireValue? {
            errors.append(InputError(type, loc, msg, input: value, ctx: ctx))
            return nil
        }
        switch (self, value) {
        case (.nullable, .null): return .null
        case (.nullable(let schema), _): return schema.validated(value, at: loc, errors: &errors)
        case (.string(let min, let max), .string(let text)):
            let length = text.unicodeScalars.count
            if length < min {
                let msg = "String should have at least \(Self.characters(min))"
                return refused("string_too_short", msg, ctx: ["min_length": .integer(String(min))])
            }
            if length > max {
                let msg = "String should have at most \(Self.characters(max))"
                return refused("string_too_long", msg, ctx: ["max_length": .integer(String(max))])
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
            switch PythonUUID.read(text) {
            case .success(let id): return .string(id.wireValue)
            case .failure(let problem):
                let msg = "Input should be a valid UUID, \(problem.text)"
                return refused("uuid_parsing", msg, ctx: ["error": .string(problem.text)])
            }
        case (.uuid, _):
            return refused("uuid_type", "UUID input should be a string, bytes or UUID object")
        case (.boolean, .bool): return value
        case (.boolean, _):
            // In a query, it is a text.
            let text = value.string?.lowercased() ?? ""
            if ["1", "on", "t", "true", "y", "yes"].contains(where: text.isSame) { return .bool(true) }
            if ["0", "off", "f", "false", "n", "no"].contains(where: text.isSame) { return .bool(false) }
            return refused("bool_parsing", "Input should be a valid boolean, unable to interpret input")
        case (.enumeration(let texts), _), (.literal(let texts), _):
            if let text = value.string, texts.contains(where: text.isSame) { return value }
            let expected = Self.expected(texts)
            let type = if case .enumeration = self { "enum" } else { "literal_error" }
            return refused(type, "Input should be \(expected)", ctx: ["expected": .string(expected)])
        case (.list(let schema), .array(let elements)):
            let results = elements.enumerated().map { index, element in
                schema.validated(element, at: loc + [.index(index)], errors: &errors)
            }
            let valid = results.compactMap(\.self)
            return valid.count == elements.count ? .array(valid) : nil
        case (.list, _):
            return refused("list_type", "Input should be a valid list")
        case (.model(let model), .object(let object)):
            return model.validated(object, at: loc, errors: &errors)
        case (.model, _):
            let msg = "Input should be a valid dictionary or object to extract fields from"
            return refused("model_attributes_type", msg)
        }
    }

    private static func characters(_ count: Int) -> String {
        "\(count) character\(count == 1 ? "" : "s")"
    }

    /// `'a', 'b' or 'c'`
    private static func expected(_ texts: [String]) -> String {
        let quoted = texts.map { "'\($0)'" }
        guard let last = quoted.last, quoted.count > 1 else { return quoted.first ?? "" }
        return quoted.dropLast().joined(separator: ", ") + " or " + last
    }
}
