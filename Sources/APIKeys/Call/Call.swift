import Foundation

/// One call from its first attempt to its value or its error: the credential, the retry loop, and the call's time.
struct Call<Response: Sendable> {
    private let client: APIClient
    private let operation: APIOperation<Response>
    /// The request, complete but for the credential.
    private let request: HTTPRequest
    private let limits: CallLimits
    private let clock: CallClock
    /// Generated only if somebody gets it: an event handler, a middleware, an error or a collector of metadata.
    private var id: UUID?

    /// How many attempts have begun.
    private var attempts = 0
    /// The most that any request of the call may have done. It only rises.
    private var outcome = APIError.Outcome.notProcessed
    /// The first response with a 2xx status that a request of the call has had, as it came from the transport.
    private var success: HTTPResponse?
    /// Every credential that the call has used.
    private var credentials: [Secret] = []
    /// The last response.
    private var response: HTTPResponse?

    init(client: APIClient, operation: APIOperation<Response>, request: HTTPRequest, limits: CallLimits) {
        self.client = client
        self.operation = operation
        self.request = request
        self.limits = limits
        clock = CallClock(client.configuration.clock)
        id = client.configuration.onEvent == nil && client.configuration.middleware.isEmpty ? nil : UUID()
    }

    /// Carries the call out.
    mutating func run() async throws(APIError) -> Response {
        emit(.started, took: .zero)
        do {
            let value = try await value()
            let status = response?.status ?? 0
            emit(.finished(attempts: attempts, status: status, failure: nil, outcome: nil), took: clock.elapsed())
            if let collector = ResponseMetadata.collector {
                let metadata = ResponseMetadata(
                    status: status, headers: response?.headers ?? [:], requestID: requestID, callID: id ?? UUID(),
                    attempts: attempts)
                collector.withLock { $0 = metadata }
            }
            return value
        } catch {
            var error = error
            error.callID = id ?? UUID()
            emit(
                .finished(
                    attempts: attempts, status: error.status, failure: error.kind.bare,
                    outcome: operation.safety == .read ? nil : error.outcome),
                took: clock.elapsed())
            throw error
        }
    }

    /// The retry loop.
    private mutating func value() async throws(APIError) -> Response {
        var credential = try await credential()
        var (retries, isRenewed) = (0, false)
        while true {
            let failure: Failure
            switch await attempt(with: credential) {
            case .success(let value): return value
            case .failure(let ending): failure = ending
            }
            let error = failure.error
            if failure.isFinal { throw error }
            // Not what this 404 says, but what an earlier request has done.
            if error.kind == .notFound, outcome != .notProcessed, let gone = operation.valueWhenGone { return gone }
            // Whatever the kind says: a create whose request may have been carried out is not sent again.
            let isRepeatable = operation.safety != .create || outcome == .notProcessed
            if error.kind == .unauthorized, let rejected = credential,
                let renewed = try await renewed(rejected, isAllowed: isRepeatable && !isRenewed)
            {
                credential = renewed
                isRenewed = true
                continue
            }
            guard
                isRepeatable, retries < limits.retry.maxRetries,
                RetryRule.allowsRetry(
                    after: error.kind, status: error.status, nothingWasSent: failure.nothingWasSent,
                    of: operation.safety),
                let delay = limits.retry.delay(
                    beforeRetry: retries, hint: error.retryAfter, random: client.configuration.random),
                clock.elapsed() + delay < limits.timeout
            else { throw error }
            retries += 1
            emit(.retry(number: retries, delay: delay), took: clock.elapsed())
            do {
                try await clock.sleep(until: clock.elapsed() + delay)
            } catch {
                throw (error as? APIError).map(adopted) ?? self.error(.cancelled)
            }
        }
    }

    // MARK: Credential

    /// Asks for a credential, within the call's time, and checks that a header can carry it.
    private mutating func credential() async throws(APIError) -> Credential? {
        let credential: Credential?
        do {
            if let source = client.authentication.source {
                credential = try client.authentication.scheme.credential(try await secret(of: source))
            } else {
                credential = try client.authentication.fixed?.get()
            }
        } catch let invalid as InvalidInput {
            throw error(.invalidRequest(invalid.reason))
        } catch {
            throw error as? APIError ?? self.error(.credential, underlying: error)
        }
        if let credential { credentials.append(credential.secret) }
        return credential
    }

    private func secret(of source: any CredentialSource) async throws -> Secret {
        let ending = await Race.run(until: limits.timeout, on: clock) {
            do { return Result<Secret, any Error>.success(try await source.credential()) } catch {
                return .failure(error)
            }
        }
        switch (ending.value, ending.interruption) {
        case (.success(let secret), nil): return secret
        case (.failure(let error), nil): throw self.error(.credential, underlying: error)
        case (_, .cancellation): throw error(.cancelled)
        case (_, .deadline), (nil, nil): throw error(.timedOut)
        }
    }

    /// After a 401: tells the source, and asks it for another credential if the call may be repeated, whatever its
    /// policy. `nil` if there is none.
    private mutating func renewed(_ rejected: Credential, isAllowed: Bool) async throws(APIError) -> Credential? {
        guard let source = client.authentication.source else { return nil }
        _ = await Race.run(until: limits.timeout, on: clock) { await source.invalidate(rejected.secret) }
        guard isAllowed, clock.elapsed() < limits.timeout else { return nil }
        let renewed = try await credential()
        return renewed?.secret == rejected.secret ? nil : renewed
    }

    // MARK: Attempt

    /// Sends the request once.
    private mutating func attempt(with credential: Credential?) async -> Result<Response, Failure> {
        if Task.isCancelled { return .failure(Failure(error: error(.cancelled))) }
        let start = clock.elapsed()
        let end = min(start + limits.attemptTimeout, limits.timeout)
        guard start < end else { return .failure(Failure(error: error(.timedOut))) }
        attempts += 1
        response = nil
        var request = request
        request.timeout = end - start
        if let credential { request.headers.append(name: credential.field.name, value: credential.field.value) }
        let attempt = Attempt(transport: client.transport, safety: operation.safety)
        let next = chain(to: attempt, remainingTime: limits.timeout - start)
        let value = Locked<Response?>(nil)
        let (cap, grace) = (client.configuration.maximumResponseBytes, client.configuration.answerGrace)
        let ending = await Race.run(
            until: end, on: clock,
            whenInterrupted: { attempt.stopSending() && $0 == .cancellation ? grace : .zero }
        ) { [request, decode = operation.decode] () -> Reply in
            do {
                let response = try await next(request)
                guard response.isSuccess else { return .refusal(response, ErrorBody(response)) }
                guard response.body.count <= cap else { return .tooLarge(response) }
                do {
                    let result = try decode(response.body)
                    value.withLock { $0 = result }
                    return .value(response)
                } catch {
                    return .unreadable(response, error)
                }
            } catch {
                return .thrown(error)
            }
        }
        let record = attempt.end()
        outcome = outcome.raised(to: record.outcome)
        success = success ?? record.success
        let result = result(of: ending, record, value.withLock { $0 })
        switch result {
        case .success: emit(.attempt(number: attempts, status: response?.status, failure: nil), from: start)
        case .failure(let failure):
            let (status, kind) = (failure.error.status, failure.error.kind.bare)
            emit(.attempt(number: attempts, status: status, failure: kind), from: start)
        }
        return result
    }

    /// The middleware around the transport, the first one outermost.
    private func chain(to attempt: Attempt, remainingTime: Duration) -> MiddlewareNext {
        let transport = MiddlewareNext { try await attempt.send($0) }
        guard let id else { return transport }
        let context = MiddlewareContext(
            callID: id, provider: client.provider, operation: operation.name, pathTemplate: operation.path.template,
            attempt: attempts, remainingTime: remainingTime)
        return client.configuration.middleware.reversed().reduce(transport) { next, middleware in
            MiddlewareNext { try await middleware.intercept($0, context: context, next: next) }
        }
    }

    private mutating func result(
        of ending: Race.Ending<Reply>, _ record: Attempt.Record, _ value: Response?
    ) -> Result<Response, Failure> {
        let interruption = ending.interruption
        switch ending.value ?? .thrown(CancellationError()) {
        case .value(let response):
            self.response = response
            guard let value else { return .failure(Failure(error: error(.decoding, response))) }
            return .success(value)
        case .unreadable(let response, let problem):
            self.response = response
            let message = (problem as? any ExplainedError).map { redactor.redacting($0.explanation) }
            return .failure(Failure(error: error(.decoding, response, message: message, underlying: problem)))
        case .tooLarge(let response): return .failure(Failure(error: error(.responseTooLarge, response)))
        case .refusal(let response, let body): return .failure(Failure(error: refusal(response, body)))
        case .thrown(let thrown):
            if let verdict = record.verdict, thrown is APIError {
                return .failure(Failure(error: adopted(verdict), isFinal: true))
            }
            // A status that is no success stands even if the rest of the response is missing, but not if a middleware
            // had the whole of it and threw.
            if record.failure != nil || interruption != nil, let partial = record.response, !partial.isSuccess {
                return .failure(Failure(error: refusal(partial, ErrorBody(partial))))
            }
            let kind = Self.kind(of: thrown, interruption, record)
            let error = error(kind, record.response, underlying: kind == .middleware ? thrown : record.underlying)
            return .failure(Failure(error: error, nothingWasSent: record.failure?.nothingWasSent ?? false))
        }
    }

    private static func kind(
        of thrown: any Error, _ interruption: Race.Interruption?, _ record: Attempt.Record
    ) -> APIError.Kind {
        switch interruption {
        case .deadline: return .timedOut
        case .cancellation: return .cancelled
        case nil: break
        }
        if let invalid = thrown as? InvalidInput { return .invalidRequest(invalid.reason) }
        guard let failure = record.failure else { return .middleware }
        let isItsOwn = thrown is Attempt.Refusal || thrown as? NetworkFailure == failure
        return isItsOwn ? APIError.Kind(failure) : .middleware
    }

    // MARK: Error

    /// The error of a response whose status is no success.
    private mutating func refusal(_ response: HTTPResponse, _ body: ErrorBody) -> APIError {
        self.response = response
        let redactor = redactor
        let (message, validation) = body.redacted(by: redactor)
        let kind = APIError.Kind(status: response.status, validation: validation)
        guard kind == .redirect else { return error(kind, response, message: message) }
        let target = response.headers["Location"].flatMap { URL(string: $0, relativeTo: request.url)?.host }
        return error(kind, response, message: target.map { "to the host \(redactor.redacting($0))" })
    }

    /// An error that a transport, or a clock, threw as the call's own.
    private func adopted(_ verdict: APIError) -> APIError {
        var error = verdict
        error.provider = client.provider
        error.operation = operation.name
        error.attempts = attempts
        error.outcome = outcome
        return error.redacted(by: redactor)
    }

    /// An error with all that is known at this point of the call.
    private mutating func error(
        _ kind: APIError.Kind, _ response: HTTPResponse?, message: String? = nil, underlying: (any Error)? = nil
    ) -> APIError {
        self.response = response
        if let response { outcome = outcome.raised(to: .init(status: response.status, of: operation.safety)) }
        var error = error(kind, underlying: underlying)
        error.message = message
        guard let response else { return error }
        error.status = response.status
        error.headers = response.headers
        error.requestID = requestID
        error.retryAfter = RetryAfter.delay(in: response.headers)
        error.responseBody = error.responseBody ?? response.body
        if error.recoveredSecret == nil, response.isSuccess { error.recoveredSecret = secret(in: response) }
        return error
    }

    /// An error without a response, except for what a create has made.
    private func error(_ kind: APIError.Kind, underlying: (any Error)? = nil) -> APIError {
        let made = operation.secretField == nil ? nil : success
        var error = APIError(
            kind: kind, outcome: outcome, provider: client.provider, operation: operation.name, attempts: attempts,
            responseBody: made?.body, recoveredSecret: made.flatMap(secret), underlying: underlying)
        error.describe(request.url, base: client.configuration.baseURL, isRead: operation.safety == .read)
        return error
    }

    private func secret(in response: HTTPResponse) -> Secret? {
        operation.secretField.flatMap { SecretRecovery.secret(named: $0, in: response.body) }
    }

    /// The server's request ID, from the header that it uses.
    private var requestID: String? {
        guard let response else { return nil }
        let names = ["x-request-id", "request-id", "x-amzn-requestid", "cf-ray"]
        return names.lazy.compactMap { response.headers[$0] }.first.map { redactor.redacting($0) }
    }

    private var redactor: Redactor {
        let bodies = operation.secretField == nil ? [] : Set([response?.body, success?.body].compactMap { $0 })
        let new = bodies.flatMap { body in
            operation.secretField.map { SecretMentions.secrets(named: $0, in: body) } ?? []
        }
        return Redactor(operation.confidential + credentials + new)
    }

    // MARK: Event

    private func emit(_ step: ClientEvent.Step, from start: Duration) {
        emit(step, took: clock.elapsed() - start)
    }

    private func emit(_ step: ClientEvent.Step, took duration: @autoclosure () -> Duration) {
        guard let onEvent = client.configuration.onEvent, let id else { return }
        onEvent(
            ClientEvent(
                step: step, callID: id, provider: client.provider, operation: operation.name,
                method: operation.method, pathTemplate: operation.path.template, requestID: requestID,
                duration: duration()))
    }
}

/// What a call ends in if it is not repeated.
private struct Failure: Error {
    var error: APIError
    /// Whether the transport said all there is to say.
    var isFinal = false
    /// Whether the transport knows that it sent nothing.
    var nothingWasSent = false
}
