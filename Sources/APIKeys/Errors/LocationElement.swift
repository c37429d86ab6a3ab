/// One step of the way to a refused value: the name of a field or the index of an element.
public enum LocationElement: Hashable, Sendable {
    /// A field of an object, or the part of the request to start from: `body`, `path`, `query` or `header`.
    case field(String)
    /// An element of an array, counted from 0.
    case index(Int)
}

extension LocationElement: Codable {
    /// Reads a string or an integer.
    ///
    /// - Parameter decoder: The decoder.
    /// - Throws: `DecodingError` for anything else.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let name = try? container.decode(String.self) {
            self = .field(name)
        } else {
            self = .index(try container.decode(Int.self))
        }
    }

    /// Writes a string or an integer.
    ///
    /// - Parameter encoder: The encoder.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .field(let name): try container.encode(name)
        case .index(let index): try container.encode(index)
        }
    }
}

extension LocationElement: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
    /// Makes a field from its name.
    public init(stringLiteral value: String) {
        self = .field(value)
    }

    /// Makes an index.
    public init(integerLiteral value: Int) {
        self = .index(value)
    }
}

extension [LocationElement] {
    /// The steps on one line: `body.team_role_bindings[0].team_id`.
    public var path: String {
        reduce(into: "") { text, element in
            switch element {
            case .field(let name): text += text.isEmpty ? name : ".\(name)"
            case .index(let index): text += "[\(index)]"
            }
        }
    }
}
