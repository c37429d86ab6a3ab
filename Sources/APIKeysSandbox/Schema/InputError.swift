import APIKeys

/// One entry of a validation answer, as pydantic words it and FastAPI writes it.
struct InputError: Hashable, Sendable {
    let type: String
    let loc: [LocationElement]
    let msg: String
    let input: JSONValue
    var ctx: [String: JSONValue]?

    /// The entry for a value that is not there.
    static func missing(_ loc: [LocationElement], input: JSONValue = .null) -> InputError {
        InputError(type: "missing", loc: loc, msg: "Field required", input: input)
    }

    private var location: [JSONValue] {
        loc.map { element in
            switch element {
            case .field(let name): .string(name)
            case .index(let index): .integer(Int64(index))
            }
        }
    }

    /// The entry as JSON.
    var value: JSONValue {
        var members: [String: JSONValue] = [
            "type": .string(type), "loc": .array(location), "msg": .string(msg), "input": input,
        ]
        if let ctx { members["ctx"] = .object(ctx) }
        return .object(members)
    }

    /// The entry on one line, as Baseten has it: `body.model_ids.0: Input should be a valid string`.
    var line: String {
        location.map { $0.string ?? $0.json }.joined(separator: ".") + ": " + msg
    }
}
