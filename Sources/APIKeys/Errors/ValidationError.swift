/// One value of a request that the server refuses.
///
/// The schema `ValidationError` that FastAPI applications publish; `input` and `ctx` come from pydantic v2 only.
public struct ValidationError: Hashable, Sendable {
    /// Where the value stands in the request, from the outside in: `["body", "team_role_bindings", 0, "team_id"]`.
    public var loc: [LocationElement]
    /// What is wrong with it, for people.
    public var msg: String
    /// What is wrong with it, for programs, such as `missing` or `string_too_short`.
    public var type: String
    /// The refused value, where the server repeats it.
    public var input: JSONValue?
    /// The rule's parameters, where the server names them, such as `["min_length": 2]`.
    public var ctx: [String: JSONValue]?

    /// Makes an entry.
    ///
    /// - Parameters:
    ///   - loc: Where the value stands in the request.
    ///   - msg: What is wrong with it, for people.
    ///   - type: What is wrong with it, for programs.
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
    private enum CodingKeys: String, CodingKey {
        case loc, msg, type, input, ctx
    }

    /// Reads an entry of an error body as far as it makes sense of it; `nil` without `loc`, `msg` and `type`.
    package init?(_ json: JSONValue) {
        guard
            case .array(let elements)? = json["loc"], let msg = json["msg"]?.string, let type = json["type"]?.string
        else { return nil }
        let loc = elements.compactMap { element -> LocationElement? in
            switch element {
            case .string(let name): .field(name)
            case .integer(let index): .index(Int(clamping: index))
            default: nil
            }
        }
        guard loc.count == elements.count else { return nil }
        self.init(loc: loc, msg: msg, type: type, input: json["input"])
        if case .object(let members)? = json["ctx"] { ctx = members }
    }
}

extension ValidationError: CustomStringConvertible {
    /// Where the value stands and what is wrong with it, without the value: `body.label: Field required (missing)`.
    public var description: String { "\(path): \(msg) (\(type))" }
}
