extension APIError {
    /// What went wrong. Later versions may add cases.
    ///
    /// End a `switch` over all cases with `@unknown default`, and a `switch` over some of them with `default`.
    #if compiler(>=6.2.3) && hasAttribute(nonexhaustive)
        @nonexhaustive
    #endif
    public enum Kind: Hashable, Sendable {
        /// The request is invalid, and nothing was sent. The text names the field and the rule that it breaks.
        case invalidRequest(String)
        /// 422: the server refused values of the request, and says which.
        case validation(HTTPValidationError)
        /// 400
        case badRequest
        /// 401: the credential is missing, wrong or expired.
        case unauthorized
        /// 403: the credential may not do this.
        case forbidden
        /// 404: there is no such key, team or path.
        case notFound
        /// 409: what was to be created exists already, or was changed in the meantime.
        case conflict
        /// 429: too many requests. ``APIError/retryAfter`` says how long to wait if the server did.
        case rateLimited
        /// 500 to 599: the server failed, maybe after it had carried the request out.
        case server
        /// 3xx: a redirect. It was not followed, since it would have taken the credential along.
        case redirect
        /// Any other status that is not a success.
        case unexpectedStatus
        /// The transport returned no complete response.
        case network(NetworkFailure)
        /// The call, or its last attempt, ran out of time.
        case timedOut
        /// The task was cancelled.
        case cancelled
        /// A success whose body does not fit its schema. If a key was created, see ``APIError/recoveredSecret``.
        case decoding
        /// The response body is larger than ``ClientConfiguration/maximumResponseBytes``.
        case responseTooLarge
        /// The ``CredentialSource`` threw; its error is ``APIError/underlying``.
        case credential
        /// A ``Middleware`` threw; its error is ``APIError/underlying``.
        case middleware
    }

    /// Whether the server may have carried a request out.
    public enum Outcome: Hashable, Sendable {
        /// The server did not carry it out: nothing was sent, or the answer was a 3xx or a registered 4xx.
        case notProcessed
        /// The server carried it out: a 2xx status was read, even if its body was not. What was to be created exists.
        case processed
        /// Not known: the answer was lost, came too late, or was a 5xx or an unregistered status, such as nginx's 499.
        /// For a call that creates something, also a 408, which gateways may send after the server has carried the
        /// request out, and a 301, 302 or 303, which may point to what was created. What was to be created may exist.
        case unknown
    }
}

extension APIError.Outcome {
    /// The most that two requests together may have done.
    func raised(to other: APIError.Outcome) -> APIError.Outcome { rank >= other.rank ? self : other }

    private var rank: Int {
        switch self {
        case .notProcessed: 0
        case .unknown: 1
        case .processed: 2
        }
    }

    /// The outcome that goes with a status. A 4xx is a refusal only if IANA's registry has it: what others mean by
    /// theirs, only they know.
    init(status: Int, of safety: Safety) {
        switch status {
        case 200..<300: self = .processed
        case 301...303, 408: self = safety == .create ? .unknown : .notProcessed
        case 300, 304, 305, 307, 308: self = .notProcessed
        case 400...417, 421...426, 428, 429, 431, 451: self = .notProcessed
        default: self = .unknown
        }
    }

    /// What an error's description says.
    var explanation: String {
        switch self {
        case .notProcessed: "not processed"
        case .processed: "processed: the server carried the request out"
        case .unknown: "outcome unknown: the server may have carried the request out"
        }
    }
}

extension APIError.Kind {
    /// The kind that goes with a status that is no success.
    init(status: Int, validation: HTTPValidationError) {
        switch status {
        case 300..<400: self = .redirect
        case 400: self = .badRequest
        case 401: self = .unauthorized
        case 403: self = .forbidden
        case 404: self = .notFound
        case 409: self = .conflict
        case 422: self = .validation(validation)
        case 429: self = .rateLimited
        case 500..<600: self = .server
        default: self = .unexpectedStatus
        }
    }

    /// The kind that goes with a transport's failure.
    init(_ failure: NetworkFailure) {
        switch failure.reason {
        case .timedOut: self = .timedOut
        case .responseTooLarge: self = .responseTooLarge
        default:
            var failure = failure
            failure.partialResponse = nil
            self = .network(failure)
        }
    }

    /// The kind's name, for events, and its words, for descriptions.
    private var texts: (label: String, words: String) {
        switch self {
        case .invalidRequest(let reason): ("invalidRequest", "invalid request: \(reason)")
        case .validation(let error):
            ("validation", "validation failed" + (error.detail.isEmpty ? "" : ": \(error)"))
        case .badRequest: ("badRequest", "bad request")
        case .unauthorized: ("unauthorized", "unauthorized")
        case .forbidden: ("forbidden", "forbidden")
        case .notFound: ("notFound", "not found")
        case .conflict: ("conflict", "conflict")
        case .rateLimited: ("rateLimited", "rate limited")
        case .server: ("server", "server error")
        case .redirect: ("redirect", "redirect, not followed")
        case .unexpectedStatus: ("unexpectedStatus", "unexpected status")
        case .network(let failure): ("network: \(failure)", "network failure: \(failure)")
        case .timedOut: ("timedOut", "timed out")
        case .cancelled: ("cancelled", "cancelled")
        case .decoding: ("decoding", "unreadable response")
        case .responseTooLarge: ("responseTooLarge", "response too large")
        case .credential: ("credential", "no credential")
        case .middleware: ("middleware", "middleware failed")
        }
    }

    /// The kind without what a server wrote, for events.
    var bare: APIError.Kind {
        if case .validation = self { .validation(HTTPValidationError(detail: [])) } else { self }
    }

    /// The kind's name without the values of a server: `rateLimited`, `network: connection lost (-1005)`.
    var label: String { texts.label }

    /// What went wrong, in words.
    var words: String { texts.words }
}
