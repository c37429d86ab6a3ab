/// The body of a 422: which values of the request the server refuses, and why.
///
/// The schema `HTTPValidationError` that FastAPI applications publish.
public struct HTTPValidationError: Hashable, Sendable {
    /// The refused values, one entry each; empty if no entry of the body could be read.
    public var detail: [ValidationError]

    /// Creates a validation error.
    ///
    /// - Parameter detail: What the server refuses.
    public init(detail: [ValidationError]) {
        self.detail = detail
    }
}

extension HTTPValidationError: Codable {
    /// Reads the body of a 422; `detail` may be absent.
    ///
    /// - Parameter decoder: The decoder.
    /// - Throws: `DecodingError` if `detail` is not an array of entries.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        detail = try container.decodeIfPresent([ValidationError].self, forKey: .detail) ?? []
    }
}

extension HTTPValidationError: CustomStringConvertible {
    /// The entries, separated by semicolons: `body.label: Field required (missing)`. Control characters are escaped.
    public var description: String {
        detail.map(\.description).joined(separator: "; ")
    }
}

/// One value of a request that the server refuses.
///
/// The schema `ValidationError` that FastAPI applications publish; `input` and `ctx` come from pydantic v2 only.
public struct ValidationError: Hashable, Sendable {
    /// Where the value stands in the request, from the outside in: `["body", "team_role_bindings", 0, "team_id"]`.
    public var loc: [LocationElement]
    /// What is wrong with the value, in words.
    public var msg: String
    /// What is wrong with the value, as a code such as `missing` or `string_too_short`; empty if the server does not
    /// say.
    public var type: String
    /// The refused value, if the server repeats it; ``JSONValue/null`` if the value is `null`. Credentials in it are
    /// redacted.
    public var input: JSONValue?
    /// The rule's parameters, if the server names them, such as `["min_length": 2]`.
    public var ctx: [String: JSONValue]?

    /// Creates an entry.
    ///
    /// - Parameters:
    ///   - loc: Where the value stands in the request.
    ///   - msg: What is wrong with the value, in words.
    ///   - type: What is wrong with the value, as a code.
    ///   - input: The refused value.
    ///   - ctx: The rule's parameters.
    public init(
        loc: [LocationElement],
        msg: String,
        type: String,
        input: JSONValue? = nil,
        ctx: [String: JSONValue]? = nil
    ) {
        self.loc = loc
        self.msg = msg
        self.type = type
        self.input = input
        self.ctx = ctx
    }

    /// Where the value stands, on one line: `body.team_role_bindings[0].team_id`.
    public var path: String { loc.path }
}

extension ValidationError: Codable {
    /// Reads an entry.
    ///
    /// - Parameter decoder: The decoder.
    /// - Throws: `DecodingError` if the entry does not fit the schema.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        loc = try container.decode([LocationElement].self, forKey: .loc)
        msg = try container.decode(String.self, forKey: .msg)
        type = try container.decode(String.self, forKey: .type)
        // A `null` that is there is the value that was refused.
        input = container.contains(.input) ? try container.decode(JSONValue.self, forKey: .input) : nil
        ctx = try container.decodeIfPresent([String: JSONValue].self, forKey: .ctx)
    }

    private static let textNames = [
        "msg", "message", "errormessage", "error", "detail", "description", "reason", "title",
    ]
    private static let placeNames = [
        "loc", "location", "path", "field", "fields", "param", "parameter", "property", "pointer", "name",
    ]
    private static let typeNames = ["type", "code", "kind", "rule"]

    /// Reads an entry of an error body as far as it makes sense of it; `nil` if there is no text in it.
    package init?(_ json: JSONValue) {
        guard let members = Reason.Members(json), let msg = members.text(of: Self.textNames) else { return nil }
        let loc = Self.placeNames.lazy.compactMap { members[$0] }.map(Self.loc).first { !$0.isEmpty }
        let type = members.text(of: Self.typeNames)
        self.init(loc: loc ?? [], msg: msg, type: type ?? "", input: json["input"])
        if case .object(let members)? = json["ctx"] { ctx = members }
    }

    /// The steps that make sense of what a server gives as the place: FastAPI's list, or a text.
    private static func loc(_ value: JSONValue) -> [LocationElement] {
        switch value {
        case .string(let name): name.isEmpty ? [] : [.field(name)]
        case .integer(let index): [.index(Int(clamping: index))]
        case .array(let elements): elements.flatMap(loc)
        case .number(let number): [.field("\(number)")]
        case .null, .bool, .object: []
        }
    }

    /// ``description`` before its control characters are escaped.
    var text: String {
        let place = path.isEmpty ? "" : "\(path): "
        return place + msg + (type.isEmpty ? "" : " (\(type))")
    }
}

extension ValidationError: OneDescription {
    /// Where the value stands and what is wrong with it, without the value: `body.label: Field required (missing)`.
    /// Control characters are escaped.
    public var description: String { text.escapingControls }
}

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
    /// Creates a field from its name.
    public init(stringLiteral value: String) {
        self = .field(value)
    }

    /// Creates an index.
    public init(integerLiteral value: Int) {
        self = .index(value)
    }
}

extension [LocationElement] {
    /// The steps on one line: `body.team_role_bindings[0].team_id`.
    package var path: String {
        reduce(into: "") { text, element in
            switch element {
            case .field(let name): text += text.isEmpty ? name : ".\(name)"
            case .index(let index): text += "[\(index)]"
            }
        }
    }
}
