extension APIError {
    /// What went wrong. Later versions may add cases: keep a `default` in a `switch`.
    #if hasAttribute(nonexhaustive)
        @nonexhaustive
    #endif
    public enum Kind: Hashable, Sendable {
        /// The request can't be sent as it was asked for; nothing was sent. The text names the field and the rule.
        case invalidRequest(String)
        /// 422: the server refused values of the request, and says which.
        case validation(HTTPValidationError)
        /// 400
        case badRequest
        /// 401: the credential is missing, wrong or expired.
        case unauthorized
        /// 403: the credential may not do this.
        case forbidden
        /// 404
        case notFound
        /// 409: what was to be created exists, or changed meanwhile.
        case conflict
        /// 429: too many requests. ``APIError/retryAfter`` says how long to wait where the server did.
        case rateLimited
        /// 500 to 599: the server failed, maybe after it had carried the request out.
        case server
        /// 3xx: the server sent the request elsewhere. It was not followed: the credential would have gone along.
        case redirect
        /// Any other status that is no success.
        case unexpectedStatus
        /// No whole response was read.
        case network(NetworkFailure)
        /// The call's time, or the last attempt's, was up.
        case timedOut
        /// The task was cancelled.
        case cancelled
        /// A success whose body does not fit its schema. For a created key see ``APIError/recoveredSecret``.
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
        /// It did not: nothing was sent, or the server refused it with a 3xx or 4xx.
        case notProcessed
        /// It did: a 2xx status was read, however its body ended. What was to be created exists.
        case processed
        /// Nobody knows: the answer was lost, came too late, or was a 5xx. What was to be created may exist.
        case unknown
    }
}
