import APIKeys

/// A parameter in the path or the query of a call.
struct Parameter: Sendable {
    enum Place: String, Sendable {
        case path, query
    }

    let name: String
    let place: Place
    let schema: Schema
    let isRequired: Bool

    static func path(_ name: String, _ schema: Schema) -> Parameter {
        Parameter(name: name, place: .path, schema: schema, isRequired: true)
    }

    static func query(_ name: String, _ schema: Schema) -> Parameter {
        Parameter(name: name, place: .query, schema: schema, isRequired: false)
    }

    static func requiredQuery(_ name: String, _ schema: Schema) -> Parameter {
        Parameter(name: name, place: .query, schema: schema, isRequired: true)
    }

    /// Reads and checks the parameter.
    ///
    /// - Returns: The value; `nil` where there is none or something is wrong with it.
    func value(in match: RouteMatch, errors: inout [InputError]) -> WireValue? {
        let loc: [LocationElement] = [.field(place.rawValue), .field(name)]
        let values: [String] =
            switch place {
            case .path: match.pathValues[name].map { [$0] } ?? []
            case .query: match.query.filter { $0.name.isSame(as: name) }.map(\.value)
            }
        guard let last = values.last else {
            if isRequired { errors.append(.missing(loc)) }
            return nil
        }
        return schema.validated(schema.isList ? .strings(values) : .string(last), at: loc, errors: &errors)
    }
}
