import Foundation

extension Call {
    /// The error of a response whose status is no success.
    func refusal(_ response: HTTPResponse) -> APIError {
        let body = ErrorBody(response, redactor: redactor)
        var error = self.error(.init(status: response.status, validation: body.validation), response: response)
        error.message = body.message
        if error.kind == .redirect {
            let target = response.headers["Location"].flatMap { URL(string: $0, relativeTo: request.url)?.host }
            error.message = target.map { "to the host \(redactor.redacting($0))" }
        }
        return error
    }

    /// The error of a try that brought no whole response back, with what it did bring back.
    func error(_ kind: APIError.Kind, record: AttemptRecord.State, thrown: (any Error)? = nil) -> APIError {
        var error = self.error(kind, response: record.response)
        error.underlying = kind == .middleware ? thrown : record.underlying
        return error
    }

    /// An error that the transport threw as the call's own.
    func adopted(_ verdict: APIError) -> APIError {
        var error = verdict
        error.provider = client.provider
        error.operation = operation.name
        error.attempts = attempts
        error.outcome = combined(verdict.outcome)
        return error
    }

    /// An error with all that is known at this point of the call.
    func error(_ kind: APIError.Kind, response: HTTPResponse? = nil, underlying: (any Error)? = nil) -> APIError {
        var error = APIError(
            kind: kind, outcome: combined(response.map(APIError.Outcome.init(of:)) ?? .notProcessed),
            provider: client.provider,
            operation: operation.name, attempts: attempts, underlying: underlying)
        guard let response else { return error }
        error.status = response.status
        error.requestID = requestID(of: response)
        error.responseBody = response.body
        error.retryAfter = RetryHint.delay(in: response.headers)
        if response.isSuccess, let field = operation.secretField {
            error.recoveredSecret = SecretRecovery.secret(named: field, in: response.body)
        }
        return error
    }

    /// The server's name for a request, from the header that it uses.
    func requestID(of response: HTTPResponse) -> String? {
        let names = ["x-request-id", "request-id", "x-amzn-requestid", "cf-ray"]
        return names.lazy.compactMap { response.headers[$0] }.first.map(redactor.redacting)
    }

    private var redactor: Redactor {
        Redactor(operation.confidential + (credential.map { [$0] } ?? []))
    }

    /// What the call as a whole may have done: the most that any of its tries may have.
    private func combined(_ outcome: APIError.Outcome) -> APIError.Outcome {
        outcome.combined(with: earlierOutcome)
    }
}

extension APIError.Outcome {
    /// The outcome that goes with a status.
    init(of response: HTTPResponse) {
        switch response.status {
        case 200..<300: self = .processed
        case 300..<500: self = .notProcessed
        default: self = .unknown
        }
    }

    /// The most that two requests together may have done.
    func combined(with other: APIError.Outcome) -> APIError.Outcome {
        if self == .processed || other == .processed { return .processed }
        return self == .unknown || other == .unknown ? .unknown : .notProcessed
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
}
