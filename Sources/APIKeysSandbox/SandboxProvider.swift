import APIKeys

/// One provider in the sandbox: its calls, its state and its own ways.
///
/// What goes before a call is carried out is the same for all and happens as in FastAPI: the body is read, the
/// credential checked, then ``scope``, then parameters and body.
protocol SandboxProvider: AnyObject, Sendable {
    /// The name that the provider's client has for it.
    static var name: String { get }
    /// The hosts that the provider is found at, each with the prefix of its paths: `api.tryvital.io/management`.
    static var origins: [String] { get }

    /// The provider's calls, in the order in which they are looked through.
    var routes: [Route] { get }
    /// The parameters that all calls have, checked together by ``enter(_:)`` before anything else is.
    var scope: [Parameter] { get }

    /// What the provider holds, and how more is added.
    var collections: [SandboxCollection] { get }
    /// Puts the provider's state back to the fixture.
    func reset()

    /// Checks the credential.
    ///
    /// - Throws: ``Refusal``.
    func authenticate(_ headers: HTTPHeaders) throws
    /// Looks at the parameters of ``scope`` once they are right.
    ///
    /// - Throws: ``Refusal``.
    func enter(_ arguments: Arguments) throws
    /// The refusal of a credential that is not, or is no longer, good.
    var unauthorized: Refusal { get }

    /// The answer to a call that is refused.
    func reply(to refusal: Refusal) -> Reply
    /// The answer to a call whose parameters or body are wrong.
    func reply(to errors: [InputError]) -> Reply
}

/// Things of one kind that a provider holds, as the sandbox's own endpoints show them.
struct SandboxCollection: Sendable {
    let name: String
    /// What has to be said of a new one.
    let schema: Model
    /// All of them, secrets included.
    let rows: @Sendable () -> [WireObject]
    /// Adds one that fits the schema, and returns its row.
    let add: @Sendable (WireObject) throws -> WireObject
}

extension SandboxProvider {
    var scope: [Parameter] { [] }

    func enter(_ arguments: Arguments) {}

    func reply(to refusal: Refusal) -> Reply {
        .detail(refusal.detail, status: refusal.status, headers: refusal.headers)
    }

    func reply(to errors: [InputError]) -> Reply {
        .detail(.array(errors.map(\.value)), status: 422)
    }
}
