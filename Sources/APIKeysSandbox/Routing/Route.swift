import APIKeys
import APIKeysTesting

/// One call of a provider: where it is, what it takes and what it does.
struct Route: Sendable {
    /// The name of the client's method.
    let operation: String
    let method: HTTPMethod
    private let path: PathTemplate
    let parameters: [SchemaField]
    /// What the body has to be; `nil` for a call that reads none.
    let body: Model?
    /// Answers a revocation that is denied, in the provider's words: nothing is revoked. `nil` if the call revokes
    /// nothing, or has no words for that.
    let denial: (@Sendable (CallArguments) throws -> HTTPResponse)?
    /// Carries out a call whose parameters and body are right.
    let handle: @Sendable (CallArguments) throws -> HTTPResponse

    init(
        _ operation: String, _ method: HTTPMethod, _ path: String, _ parameters: [SchemaField] = [],
        body: Model? = nil, denial: (@Sendable (CallArguments) throws -> HTTPResponse)? = nil,
        handle: @escaping @Sendable (CallArguments) throws -> HTTPResponse
    ) {
        self.operation = operation
        self.method = method
        self.path = PathTemplate(path)
        self.parameters = parameters
        self.body = body
        self.denial = denial
        self.handle = handle
    }

    /// The values of the path's parameters; `nil` if the path is another one.
    func match(_ path: Substring) -> [String: String]? {
        self.path.match(path, decode: { RequestTarget.decoded($0) })
    }
}

/// A request that a provider has a call for.
struct RouteMatch: Sendable {
    let provider: any SandboxProvider
    let route: Route
    let pathValues: [String: String]
    let query: [(name: String, value: String)]
}

extension SchemaField {
    /// Reads and checks a parameter of the path or the query: `nil` if there is none or something is wrong with it.
    func value(in match: RouteMatch, errors: inout [InputError]) -> JSONValue? {
        let loc: [LocationElement] = [.field(place.rawValue), .field(name)]
        let query = match.query.filter { $0.name == name }.map(\.value)
        let values = place == .path ? match.pathValues[name].map { [$0] } ?? [] : query
        guard let last = values.last else {
            if isRequired { errors.append(.missing(loc)) }
            return nil
        }
        return schema.validated(schema.isList ? .strings(values) : .string(last), at: loc, errors: &errors)
    }
}
