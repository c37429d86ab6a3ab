package import Foundation

/// One operation of a provider, as a value: what to send, how safe it is to send twice, and what comes back.
package struct Operation<Response: Sendable>: Sendable {
    /// The name of the client's method, such as `createTeamAPIKey`.
    package let name: String
    package let method: HTTPMethod
    package let path: RequestPath
    package let query: [QueryItem]
    package let body: RequestBody?
    package let safety: Safety
    /// The rules that the request must keep; nothing is sent if one is broken.
    package let constraints: [Constraint]
    /// The member of the response that holds a new secret; looked for in a response that does not fit its schema.
    package let secretField: String?
    /// Secrets of the request beside the credential, which are taken out of what the server says as it is.
    package let confidential: [Secret]
    /// What a repeated delete returns when it finds nothing after an attempt of unknown outcome.
    package let valueWhenGone: Response?
    package let decode: @Sendable (Data) throws -> Response

    package init(
        _ name: String,
        _ method: HTTPMethod,
        _ path: RequestPath,
        query: [QueryItem] = [],
        body: RequestBody? = nil,
        safety: Safety,
        constraints: [Constraint] = [],
        secretField: String? = nil,
        confidential: [Secret] = [],
        valueWhenGone: Response? = nil,
        decode: @escaping @Sendable (Data) throws -> Response
    ) {
        self.name = name
        self.method = method
        self.path = path
        self.query = query
        self.body = body
        self.safety = safety
        self.constraints = constraints
        self.secretField = secretField
        self.confidential = confidential
        self.valueWhenGone = valueWhenGone
        self.decode = decode
    }
}

extension Operation where Response: Decodable {
    /// An operation whose response is JSON of the response type.
    package init(
        _ name: String,
        _ method: HTTPMethod,
        _ path: RequestPath,
        query: [QueryItem] = [],
        body: RequestBody? = nil,
        safety: Safety,
        constraints: [Constraint] = [],
        secretField: String? = nil,
        confidential: [Secret] = [],
        valueWhenGone: Response? = nil
    ) {
        self.init(
            name, method, path, query: query, body: body, safety: safety, constraints: constraints,
            secretField: secretField, confidential: confidential, valueWhenGone: valueWhenGone,
            decode: { try JSON.value(Response.self, from: $0) })
    }
}

extension Operation where Response: Decodable & SecretBearing {
    /// An operation whose response is JSON that holds a new secret. One that is empty is none.
    package init(
        _ name: String,
        _ method: HTTPMethod,
        _ path: RequestPath,
        query: [QueryItem] = [],
        body: RequestBody? = nil,
        safety: Safety,
        constraints: [Constraint] = [],
        secretField: String,
        confidential: [Secret] = []
    ) {
        self.init(
            name, method, path, query: query, body: body, safety: safety, constraints: constraints,
            secretField: secretField, confidential: confidential,
            decode: { data in
                let response = try JSON.value(Response.self, from: data)
                guard !response.secret.reveal().isEmpty else { throw EmptySecret(field: secretField) }
                return response
            })
    }
}

/// A success whose new secret is an empty text.
private struct EmptySecret: ExplainedError {
    let field: String
    var explanation: String { "\(field) is empty" }
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
