import Foundation

/// What a call knows of its requests, and the errors that say so.
struct CallRecord: Sendable {
    private let provider: String
    private let operation: OutgoingOperation
    private let url: URL
    private let baseURL: URL?

    /// How many attempts have begun.
    private(set) var attempts = 0
    /// The most that any request of the call may have done. It only rises.
    private(set) var outcome = APIError.Outcome.notProcessed
    /// The first response with a 2xx status that a request of the call has had, as it came from the transport.
    private var success: HTTPResponse?
    /// The last response, or what was read of it.
    private(set) var response: HTTPResponse?
    /// Every credential that the call has used.
    private var credentials: [Secret] = []

    init(_ client: APIClient, _ operation: OutgoingOperation, _ url: URL) {
        provider = client.provider
        self.operation = operation
        self.url = url
        baseURL = client.configuration.baseURL
    }

    // MARK: What happens

    /// The call uses a credential.
    mutating func add(_ credential: Secret) {
        credentials.append(credential)
    }

    mutating func beginAttempt() {
        attempts += 1
        response = nil
    }

    /// An attempt ended: with an answer, which may be a middleware's own, unless it threw.
    mutating func endAttempt(_ requests: Attempt.Record, answer: HTTPResponse?) {
        response = answer ?? requests.response
        success = success ?? requests.success
        outcome = outcome.raised(to: requests.outcome)
        if let response { outcome = outcome.raised(to: .init(status: response.status, of: operation.safety)) }
    }

    // MARK: What can be said

    /// Whether the request may be sent again, whatever became of it: a create only if none may have been carried out.
    var isRepeatable: Bool { operation.safety != .create || outcome == .notProcessed }

    /// The server's request ID, from the header that it uses.
    var requestID: String? {
        guard let response else { return nil }
        let names = ["x-request-id", "request-id", "x-amzn-requestid", "cf-ray"]
        return names.lazy.compactMap { response.headers[$0] }.first.map { redactor.redacting($0) }
    }

    /// The response's header fields, which keep their values and lose secrets in their names.
    var printableHeaders: HTTPHeaders { response.map { redactor.redactingNames($0.headers) } ?? [:] }

    /// An error without a response, except for what a create has made.
    func error(_ kind: APIError.Kind, underlying: (any Error)? = nil) -> APIError {
        let made = newSecretField == nil ? nil : success
        // Its own words are printed: a middleware may have put the request's into them.
        let underlying = (underlying as? APIError)?.redacted(by: redactor) ?? underlying
        var error = APIError(
            kind: kind, outcome: outcome, provider: provider, operation: operation.name, attempts: attempts,
            responseBody: made?.body, recoveredSecret: made.flatMap(secret), underlying: underlying)
        error.describe(url, base: baseURL, isRead: operation.safety == .read)
        return error
    }

    /// The error of an attempt, with what is known of its response.
    func attemptError(
        _ kind: APIError.Kind, message: String? = nil, underlying: (any Error)? = nil
    ) -> APIError {
        var error = error(kind, underlying: underlying)
        error.message = message
        guard let response else { return error }
        error.status = response.status
        error.headers = printableHeaders
        error.requestID = requestID
        error.retryAfter = RetryAfter.delay(in: response.headers)
        error.responseBody = error.responseBody ?? response.body
        if error.recoveredSecret == nil, response.isSuccess { error.recoveredSecret = secret(in: response) }
        return error
    }

    /// The error of a response whose body does not fit its schema.
    func unreadable(_ problem: any Error) -> APIError {
        let message = (problem as? any ExplainedError).map { redactor.redacting($0.explanation) }
        return attemptError(.decoding, message: message, underlying: problem)
    }

    /// The error of a response whose status is no success.
    func refusal(_ response: HTTPResponse, _ body: ErrorBody) -> APIError {
        let redactor = redactor
        let (message, validation) = body.redacted(by: redactor)
        let kind = APIError.Kind(status: response.status, validation: validation)
        guard kind == .redirect else { return attemptError(kind, message: message) }
        let target = response.headers["Location"].flatMap { URL(string: $0, relativeTo: url)?.host }
        return attemptError(kind, message: target.map { "to the host \(redactor.redacting($0))" })
    }

    /// An error that a transport, or a clock, threw as the call's own.
    func adopted(_ verdict: APIError) -> APIError {
        var error = verdict
        error.provider = provider
        error.operation = operation.name
        error.attempts = attempts
        error.outcome = outcome
        return error.redacted(by: redactor)
    }

    /// The member that holds a new secret: of what a create answers.
    private var newSecretField: String? {
        if case .new(let field) = operation.secret { field } else { nil }
    }

    private func secret(in response: HTTPResponse) -> Secret? {
        newSecretField.flatMap { SecretRecovery.secret(named: $0, in: response.body) }
    }

    private var redactor: Redactor {
        let known = operation.confidential + credentials
        guard let name = operation.secret?.name else { return Redactor(known) }
        let bodies = Set([response?.body, success?.body].compactMap { $0 })
        let named = bodies.flatMap { SecretMentions.secrets(named: name, in: $0) }
        return Redactor(known + named)
    }
}
