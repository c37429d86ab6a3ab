import Foundation

/// One operation of a provider, as a value: what to send, how safe it is to send twice, and what comes back.
package struct APIOperation<Response: Sendable>: Sendable {
    /// The name of the client's method, such as `createTeamAPIKey`.
    package let name: String
    package let method: HTTPMethod
    package let path: RequestPath
    package let query: [QueryItem]
    package let body: RequestBody?
    package let safety: Safety
    /// The rules that the request must keep; nothing is sent if one is broken.
    package let constraints: [Constraint]
    /// Secrets of the request beside the credential, which are taken out of what the server says as it is.
    package let confidential: [Secret]
    /// What a repeated delete returns when it finds nothing after an attempt of unknown outcome.
    package let valueWhenGone: Response?
    let reading: Reading<Response>

    package init(
        _ name: String,
        _ method: HTTPMethod,
        _ path: RequestPath,
        query: [QueryItem] = [],
        body: RequestBody? = nil,
        safety: Safety,
        constraints: [Constraint] = [],
        reads reading: Reading<Response>,
        confidential: [Secret] = [],
        valueWhenGone: Response? = nil
    ) {
        self.name = name
        self.method = method
        self.path = path
        self.query = query
        self.body = body
        self.safety = safety
        self.constraints = constraints
        self.confidential = confidential
        self.valueWhenGone = valueWhenGone
        self.reading = reading
    }
}

/// How safe it is to send an operation's request a second time.
package enum Safety: Sendable, CaseIterable {
    /// Changes nothing: a GET.
    case read
    /// Has the same effect twice as once: a DELETE, a PUT, a PATCH that sets absolute values, minting a token that soon
    /// expires.
    case idempotent
    /// Creates a key or a team each time.
    case create
}

/// The body of a request before it is encoded.
package enum RequestBody: Sendable {
    /// `application/json`
    case json(any Encodable & Sendable)
    /// `application/x-www-form-urlencoded`
    case form([QueryItem])

    var contentType: String {
        switch self {
        case .json: "application/json"
        case .form: "application/x-www-form-urlencoded"
        }
    }

    func data() throws(InvalidInput) -> Data {
        switch self {
        case .json(let value): try JSON.body(value)
        case .form(let items): Data(items.encoded.dropFirst().utf8)
        }
    }
}
