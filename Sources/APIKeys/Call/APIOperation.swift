import Foundation

/// One operation of a provider, as a value: what to send, how safe it is to send twice, and what comes back.
package struct APIOperation<Response: Sendable>: Sendable {
    let outgoing: OutgoingOperation
    let reading: Reading<Response>
    /// What a repeated delete returns when it finds nothing after an attempt of unknown outcome.
    let valueWhenGone: Response?

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
        outgoing = OutgoingOperation(
            name: name, method: method, path: path, query: query, body: body, safety: safety, constraints: constraints,
            confidential: confidential, secret: reading.secret)
        self.reading = reading
        self.valueWhenGone = valueWhenGone
    }
}

/// An operation without the type that comes back: a mention of a generic type costs a call 350 instructions.
struct OutgoingOperation: Sendable {
    /// The name of the client's method, such as `createTeamAPIKey`.
    let name: String
    let method: HTTPMethod
    let path: RequestPath
    let query: [QueryItem]
    let body: RequestBody?
    let safety: Safety
    /// The rules that the request must keep; nothing is sent if one is broken.
    let constraints: [Constraint]
    /// Secrets of the request beside the credential, which are taken out of what the server says as it is.
    let confidential: [Secret]
    /// The member of the response that holds a secret.
    let secret: SecretMember?
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
