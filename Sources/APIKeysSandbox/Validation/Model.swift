import APIKeys

/// A pydantic model: the fields of an object.
struct Model: Sendable {
    /// One field.
    struct Field: Sendable {
        let name: String
        let schema: Schema
        let isRequired: Bool

        static func required(_ name: String, _ schema: Schema) -> Field {
            Field(name: name, schema: schema, isRequired: true)
        }

        static func optional(_ name: String, _ schema: Schema) -> Field {
            Field(name: name, schema: schema, isRequired: false)
        }
    }

    let fields: [Field]
    let forbidsExtras: Bool
    /// Looks at the whole object once its fields are right, and says what is wrong with it.
    let problem: @Sendable (WireObject) -> String?

    init(
        _ fields: Field..., forbidsExtras: Bool = false,
        problem: @escaping @Sendable (WireObject) -> String? = { _ in nil }
    ) {
        self.init(fields, forbidsExtras: forbidsExtras, problem: problem)
    }

    init(
        _ fields: [Field], forbidsExtras: Bool = false,
        problem: @escaping @Sendable (WireObject) -> String? = { _ in nil }
    ) {
        self.fields = fields
        self.forbidsExtras = forbidsExtras
        self.problem = problem
    }

    /// Checks an object. The result holds the fields that were sent, and no others.
    func validated(_ object: WireObject, at loc: [LocationElement], errors: inout [InputError]) -> WireValue? {
        var result = WireObject()
        var found: [InputError] = []
        for field in fields {
            let place = loc + [.field(field.name)]
            if let value = object[field.name] {
                result[field.name] = field.schema.validated(value, at: place, errors: &found)
            } else if field.isRequired {
                found.append(.missing(place, input: .object(object)))
            }
        }
        if forbidsExtras {
            let msg = "Extra inputs are not permitted"
            for member in object.members where !fields.contains(where: { $0.name.isSame(as: member.name) }) {
                let place = loc + [.field(member.name)]
                found.append(InputError("extra_forbidden", place, msg, input: member.value))
            }
            if object.hasUnwritableName {
                found.append(InputError("extra_forbidden", loc, msg, input: .unwritable))
            }
        }
        if found.isEmpty, let problem = problem(result) {
            let msg = "Value error, \(problem)"
            found.append(InputError("value_error", loc, msg, input: .object(object), ctx: ["error": [:]]))
        }
        errors += found
        return found.isEmpty ? .object(result) : nil
    }
}
