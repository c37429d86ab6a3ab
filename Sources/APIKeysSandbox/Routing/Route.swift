import APIKeys

/// One call of a provider: where it is, what it takes and what it does.
struct Route: Sendable {
    /// The name of the client's method.
    let operation: String
    let method: HTTPMethod
    let path: PathTemplate
    let parameters: [Parameter]
    /// What the body has to be; `nil` for a call that reads none.
    let body: Model?
    /// Whether the call creates something: each of the providers' POSTs does.
    var creates: Bool { method == .post }
    /// Carries out a call whose parameters and body are right.
    let handle: @Sendable (Arguments) throws -> Reply

    init(
        _ operation: String, _ method: HTTPMethod, _ path: PathTemplate, _ parameters: [Parameter] = [],
        body: Model? = nil, handle: @escaping @Sendable (Arguments) throws -> Reply
    ) {
        self.operation = operation
        self.method = method
        self.path = path
        self.parameters = parameters
        self.body = body
        self.handle = handle
    }
}
