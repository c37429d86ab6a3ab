import APIKeys

/// A field of an object, or a parameter.
struct SchemaField: Sendable {
    enum Place: String, Sendable {
        case path, query, body
    }

    let name: String
    let schema: Schema
    let place: Place
    let isRequired: Bool

    static func required(_ name: String, _ schema: Schema) -> SchemaField {
        SchemaField(name: name, schema: schema, place: .body, isRequired: true)
    }

    static func optional(_ name: String, _ schema: Schema) -> SchemaField {
        SchemaField(name: name, schema: schema, place: .body, isRequired: false)
    }

    static func path(_ name: String, _ schema: Schema) -> SchemaField {
        SchemaField(name: name, schema: schema, place: .path, isRequired: true)
    }

    static func query(_ name: String, _ schema: Schema, isRequired: Bool = false) -> SchemaField {
        SchemaField(name: name, schema: schema, place: .query, isRequired: isRequired)
    }
}

/// A pydantic model: the fields of an object.
struct Model: Sendable {
    let fields: [SchemaField]
    var forbidsExtras = false
    /// Looks at the whole object once its fields are right, and says what is wrong with it.
    var problem: @Sendable ([String: JSONValue]) -> String? = { _ in nil }

    /// Checks an object: the fields that were sent, and no others; `nil` if something is wrong.
    func validated(
        _ object: [String: JSONValue], at loc: [LocationElement], errors: inout [InputError]
    ) -> [String: JSONValue]? {
        var result: [String: JSONValue] = [:]
        var found: [InputError] = []
        for field in fields {
            let place = loc + [.field(field.name)]
            if let value = object[field.name] {
                result[field.name] = field.schema.validated(value, at: place, errors: &found)
            } else if field.isRequired {
                found.append(.missing(place, input: .object(object)))
            }
        }
        let extras = Set(object.keys).subtracting(fields.map(\.name)).sorted()
        for name in extras where forbidsExtras {
            found.append(
                InputError(
                    type: "extra_forbidden", loc: loc + [.field(name)], msg: "Extra inputs are not permitted",
                    input: object[name] ?? .null))
        }
        if found.isEmpty, let problem = problem(result) {
            let msg = "Value error, \(problem)"
            let ctx = ["error": JSONValue.object([:])]
            found.append(InputError(type: "value_error", loc: loc, msg: msg, input: .object(object), ctx: ctx))
        }
        errors += found
        return found.isEmpty ? result : nil
    }
}
