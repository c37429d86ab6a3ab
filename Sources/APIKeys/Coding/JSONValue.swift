import Foundation

/// Any JSON value, for the parts of a response that have no fixed schema.
public enum JSONValue: Hashable, Sendable {
    /// `null`
    case null
    /// `true` or `false`
    case bool(Bool)
    /// A number without a fraction that fits 64 bits.
    case integer(Int64)
    /// Any other number.
    case number(Double)
    /// A string.
    case string(String)
    /// An array.
    case array([JSONValue])
    /// An object.
    case object([String: JSONValue])

    /// The member of this name, if this is an object that has one.
    ///
    /// - Parameter name: The member's name.
    public subscript(name: String) -> JSONValue? {
        if case .object(let members) = self { members[name] } else { nil }
    }

    /// The text, if this is a string.
    public var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// How deep arrays and objects may nest; deeper input is refused so that no input can exhaust the stack.
    fileprivate static let maximumDepth = 128

    fileprivate static func problem(_ text: String, at path: [any CodingKey] = []) -> DecodingError {
        .dataCorrupted(.init(codingPath: path, debugDescription: text))
    }

    fileprivate static func tooDeep(at path: [any CodingKey] = []) -> DecodingError {
        problem("JSON that nests more than \(maximumDepth) deep", at: path)
    }
}

extension JSONValue: Codable {
    /// Reads any JSON value.
    ///
    /// - Parameter decoder: The decoder.
    /// - Throws: `DecodingError` for input that is not JSON or nests more than 128 deep.
    public init(from decoder: any Decoder) throws {
        if let tree = decoder.userInfo[.jsonTree] as? JSONTree {
            self = try tree.value(at: decoder.codingPath)
            return
        }
        guard decoder.codingPath.count <= Self.maximumDepth else { throw Self.tooDeep(at: decoder.codingPath) }
        // Each type that a value does not have costs a thrown error: the likely ones come first.
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if var elements = try? decoder.unkeyedContainer() {
            var values: [JSONValue] = []
            while !elements.isAtEnd { values.append(try elements.decode(JSONValue.self)) }
            self = .array(values)
        } else {
            let members = try decoder.container(keyedBy: AnyCodingKey.self)
            var values: [String: JSONValue] = [:]
            for key in members.allKeys { values[key.stringValue] = try members.decode(JSONValue.self, forKey: key) }
            self = .object(values)
        }
    }

    /// Writes the value.
    ///
    /// - Parameter encoder: The encoder.
    /// - Throws: `EncodingError` for a number that is not finite.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let values): try container.encode(values)
        case .object(let values): try container.encode(values)
        }
    }
}

/// A whole body as JSON values, read once by `JSONSerialization` when a part of it is asked for.
///
/// Where ``JSONValue`` has to learn the type of what it decodes from thrown errors, each of them costs as much as the value
/// lies deep: 4 MiB of nested arrays would take minutes. This takes a fraction of a second.
final class JSONTree: Sendable {
    private let data: Data
    private let root = Locked<Result<JSONValue, any Error>?>(nil)

    init(_ data: Data) {
        self.data = data
    }

    /// The value at a coding path.
    ///
    /// - Throws: `DecodingError` for a body that is not JSON or nests more than 128 deep.
    func value(at path: [any CodingKey] = []) throws -> JSONValue {
        let root = try root.withLock { root in
            let result = root ?? Result { try read() }
            root = result
            return try result.get()
        }
        return try path.reduce(root) { value, key in
            let child: JSONValue? =
                if case .array(let elements) = value, let index = key.intValue, elements.indices.contains(index) {
                    elements[index]
                } else {
                    value[key.stringValue]
                }
            guard let child else { throw JSONValue.problem("JSON with two members of one name", at: path) }
            return child
        }
    }

    private func read() throws -> JSONValue {
        guard let object = try? JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed) else {
            throw JSONValue.problem("The body is not JSON.")
        }
        return try JSONValue(object, depth: 0)
    }
}

extension JSONValue {
    /// A value of `JSONSerialization`.
    fileprivate init(_ object: Any, depth: Int) throws {
        guard depth <= Self.maximumDepth else { throw Self.tooDeep() }
        // In this order: a cast of a container to `NSNumber` goes through all that is in it, and one of a number to `String`
        // costs more than reading it.
        switch object {
        case let elements as [Any]: self = .array(try elements.map { try JSONValue($0, depth: depth + 1) })
        case let members as [String: Any]: self = .object(try members.mapValues { try JSONValue($0, depth: depth + 1) })
        case let number as NSNumber: self.init(number)
        case let text as String: self = .string(text)
        default: self = .null
        }
    }

    private init(_ number: NSNumber) {
        switch Unicode.Scalar(UInt8(bitPattern: number.objCType.pointee)) {
        case "c": self = .bool(number.boolValue)
        case "d", "f", "Q": self = Int64(exactly: number).map { .integer($0) } ?? .number(number.doubleValue)
        default: self = .integer(number.int64Value)
        }
    }
}

extension CodingUserInfoKey {
    // The name is a constant, and the initializer refuses none.
    // swift-format-ignore: NeverForceUnwrap
    static let jsonTree = CodingUserInfoKey(rawValue: "APIKeys.jsonTree")!
}

/// A coding key of any name, for objects whose members are not known beforehand.
package struct AnyCodingKey: CodingKey {
    package let stringValue: String
    package let intValue: Int?

    package init(stringValue: String) {
        self.stringValue = stringValue
        self.intValue = nil
    }

    package init(intValue: Int) {
        self.stringValue = String(intValue)
        self.intValue = intValue
    }
}
