import APIKeys
import APIKeysTesting

/// One call of a provider: where it is, what it takes and what it does.
struct Route: Sendable {
    /// The name of the client's method.
    let operation: String
    let method: HTTPMethod
    /// The path with the names of its parameters in braces.
    var path: String { template.text }
    private let template: PathTemplate
    let parameters: [Parameter]
    /// What the body has to be; `nil` for a call that reads none.
    let body: Model?
    /// Answers a revocation that is denied, in the provider's words: nothing is revoked. `nil` if the call revokes
    /// nothing, or has no words for that.
    let denial: (@Sendable (Arguments) throws -> Reply)?
    /// Carries out a call whose parameters and body are right.
    let handle: @Sendable (Arguments) throws -> Reply

    init(
        _ operation: String, _ method: HTTPMethod, _ path: String, _ parameters: [Parameter] = [],
        body: Model? = nil, denial: (@Sendable (Arguments) throws -> Reply)? = nil,
        handle: @escaping @Sendable (Arguments) throws -> Reply
    ) {
        self.operation = operation
        self.method = method
        template = PathTemplate(path)
        self.parameters = parameters
        self.body = body
        self.denial = denial
        self.handle = handle
    }

    /// The values of the path's parameters; `nil` if the path is another one.
    func match(_ path: Substring) -> [String: String]? {
        template.match(path, decode: { RequestTarget.decoded($0) })
    }

    /// Whether the call creates something: each of the providers' POSTs does.
    var creates: Bool { method == .post }
}

/// A request that a provider has a call for.
struct RouteMatch: Sendable {
    let provider: any SandboxProvider
    let route: Route
    let pathValues: [String: String]
    let query: [(name: String, value: String)]
}

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

    static func query(_ name: String, _ schema: Schema, isRequired: Bool = false) -> Parameter {
        Parameter(name: name, place: .query, schema: schema, isRequired: isRequired)
    }

    /// Reads and checks the parameter.
    ///
    /// - Parameters:
    ///   - match: The request.
    ///   - errors: Takes what is wrong.
    /// - Returns: The value; `nil` if there is none or something is wrong with it.
    func value(in match: RouteMatch, errors: inout [InputError]) -> JSONValue? {
        let loc: [LocationElement] = [.field(place.rawValue), .field(name)]
        let values: [String] =
            switch place {
            case .path: match.pathValues[name].map { [$0] } ?? []
            case .query: match.query.filter { $0.name == name }.map(\.value)
            }
        guard let last = values.last else {
            if isRequired { errors.append(.missing(loc)) }
            return nil
        }
        return schema.validated(schema.isList ? .strings(values) : .string(last), at: loc, errors: &errors)
    }
}
