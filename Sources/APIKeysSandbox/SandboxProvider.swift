import APIKeys

/// One provider in the sandbox: its calls, its state and its own ways.
///
/// What goes before a call is carried out is the same for all and happens as in FastAPI: the body is read, the
/// credential checked, then ``scope``, then parameters and body.
protocol SandboxProvider: AnyObject, Sendable {
    associatedtype State: ProviderState

    /// The name that the provider's client has for it.
    static var name: String { get }
    /// The hosts that the provider is found at, each with the prefix of its paths: `api.tryvital.io/management`.
    static var origins: [String] { get }

    /// The provider's calls, in the order in which they are looked through.
    var routes: [Route] { get }
    /// The parameters that all calls have, checked together by ``enter(_:)`` before anything else is.
    var scope: [SchemaField] { get }
    /// What the provider holds, and how more is added.
    var collections: [SandboxCollection] { get }
    /// What the provider holds.
    var state: Locked<State> { get }
    /// Whether a secret is one of a key that was not revoked, or another credential of the provider's.
    func accepts(_ secret: Secret) -> Bool

    /// Checks the credential.
    func authenticate(_ headers: HTTPHeaders) throws
    /// Looks at the parameters of ``scope`` once they are right.
    func enter(_ arguments: CallArguments) throws
    /// The refusal of a credential that is not, or is no longer, good.
    var unauthorized: Rejection { get }

    /// The answer to a call that is refused.
    func reply(to refusal: Rejection) -> HTTPResponse
}

extension SandboxProvider {
    /// The state in the beginning.
    static func fixture(seed: UInt64?) -> State {
        State(source: SandboxSource(seed: seed, name: name))
    }

    /// Puts the provider's state back to the fixture.
    func reset(seed: UInt64?) {
        let fixture = Self.fixture(seed: seed)
        state.withLock { $0 = fixture }
    }

    /// Moves the dates to come forward.
    func advance(by duration: Duration) {
        state.withLock { $0.source.advance(by: duration) }
    }

    /// What the provider's paths begin with at a host, for each of its APIs there; at `nil`, which is no host of its
    /// own, with nothing.
    func prefixes(at host: String?) -> [Substring] {
        guard let host else { return [""] }
        return Self.origins.filter { $0.prefix { $0 != "/" } == host }.map { $0.dropFirst(host.count) }
    }

    var scope: [SchemaField] { [] }

    func enter(_ arguments: CallArguments) {}

    func reply(to refusal: Rejection) -> HTTPResponse { refusal.response }

    /// Answers a request for one of the provider's calls.
    func answer(_ request: HTTPRequest, _ match: RouteMatch, _ draw: FaultPlan.Draw, _ delays: Delays) -> HTTPResponse {
        do {
            return try carryOut(request, match, draw, delays)
        } catch let refusal as Rejection {
            return reply(to: refusal)
        } catch {
            return Rejection(500, "the sandbox failed: \(error)").response
        }
    }

    private func carryOut(
        _ request: HTTPRequest, _ match: RouteMatch, _ draw: FaultPlan.Draw, _ delays: Delays
    ) throws -> HTTPResponse {
        let body = match.route.body.map { _ in IncomingBody(request) }
        if case .invalid(let error) = body { throw Rejection([error]) }
        if case .unreadable = body { throw Rejection(400, "There was an error parsing the body") }
        try authenticate(request.headers)
        if delays.isInactive(credentialIn: request.headers) { throw unauthorized }

        var arguments = CallArguments(delays: delays, draw: draw)
        var errors: [InputError] = []
        func read(_ parameters: [SchemaField]) {
            for parameter in parameters {
                arguments.parameters[parameter.name] = parameter.value(in: match, errors: &errors)
            }
        }
        read(scope)
        if errors.isEmpty { try enter(arguments) }
        for place in [SchemaField.Place.path, .query] { read(match.route.parameters.filter { $0.place == place }) }
        if let model = match.route.body {
            if case .value(let value) = body {
                let valid = Schema.model(model).validated(value, at: ["body"], errors: &errors)
                arguments.body = valid?.object ?? [:]
            } else {
                errors.append(.missing(["body"]))
            }
        }
        guard errors.isEmpty else { throw Rejection(errors) }
        if case .denyRevocation? = draw[.course]?.effect, let denial = match.route.denial {
            return try denial(arguments)
        }
        return try match.route.handle(arguments)
    }
}

extension String {
    /// The two parts of an `Authorization` field: the scheme in lower case, and what follows the first space.
    var schemeAndCredential: (scheme: String, credential: String) {
        let parts = split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        return ((parts.first ?? "").lowercased(), parts.count > 1 ? String(parts[1]) : "")
    }
}
