import Foundation

/// One call from its first attempt to its value or its error: the credential, the retry loop, and the call's time.
final class Call {
    private let client: APIClient
    private let operation: OutgoingOperation
    /// The request, complete but for the credential.
    private let request: HTTPRequest
    private let limits: CallLimits
    private let clock: CallClock
    /// The end of the call's time.
    private let deadline: Deadline
    /// Generated only if somebody gets it: an event handler, a middleware, an error or a collector of metadata.
    private let id: UUID?
    private var record: CallRecord

    init(client: APIClient, operation: OutgoingOperation, request: HTTPRequest, limits: CallLimits) {
        self.client = client
        self.operation = operation
        self.request = request
        self.limits = limits
        clock = CallClock(client.configuration.clock)
        deadline = clock.deadline(in: limits.timeout)
        id = client.configuration.onEvent == nil && client.configuration.middleware.isEmpty ? nil : UUID()
        record = CallRecord(client, operation, request.url)
    }

    /// Carries the call out. `decode` reads the body of a success; `valueWhenGone` is what a repeated delete returns
    /// when it finds nothing.
    func run<Response: Sendable>(
        _ decode: @escaping @Sendable (Data) throws -> Response, valueWhenGone: Response?
    ) async throws(APIError) -> Response {
        emit(.started, took: .zero)
        do {
            let value = try await value(decode, valueWhenGone)
            let (attempts, response) = (record.attempts, record.response)
            let status = response?.status ?? 0
            emit(.finished(attempts: attempts, status: status, failure: nil, outcome: nil), took: clock.elapsed())
            if let collector = ResponseMetadata.collector {
                let metadata = ResponseMetadata(
                    status: status, headers: record.printableHeaders, requestID: record.requestID,
                    callID: id ?? UUID(), attempts: attempts)
                collector.withLock { $0 = metadata }
            }
            return value
        } catch {
            var error = error
            error.callID = id ?? UUID()
            emit(
                .finished(
                    attempts: record.attempts, status: error.status, failure: error.kind.bare,
                    outcome: operation.safety == .read ? nil : error.outcome),
                took: clock.elapsed())
            throw error
        }
    }

    /// The retry loop.
    private func value<Response: Sendable>(
        _ decode: @escaping @Sendable (Data) throws -> Response, _ valueWhenGone: Response?
    ) async throws(APIError) -> Response {
        var credential = try await credential()
        var (retries, isRenewed) = (0, false)
        while true {
            let failure: Failure
            do throws(Failure) {
                return try await attempt(with: credential, decode)
            } catch {
                failure = error
            }
            let error = failure.error
            if failure.isFinal { throw error }
            // Not what this 404 says, but what an earlier request has done.
            if error.kind == .notFound, record.outcome != .notProcessed, let valueWhenGone {
                return valueWhenGone
            }
            if error.kind == .unauthorized, let rejected = credential,
                let renewed = try await renewed(rejected, isAllowed: record.isRepeatable && !isRenewed)
            {
                credential = renewed
                isRenewed = true
                continue
            }
            guard
                record.isRepeatable, retries < limits.retry.maxRetries,
                RetryRule.allowsRetry(
                    after: error.kind, status: error.status, nothingWasSent: failure.nothingWasSent,
                    of: operation.safety),
                let delay = limits.retry.delay(
                    beforeRetry: retries, hint: error.retryAfter, random: client.configuration.random),
                delay < deadline.remaining
            else { throw error }
            retries += 1
            emit(.retry(number: retries, delay: delay), took: clock.elapsed())
            do {
                try await clock.sleep(until: clock.elapsed() + delay)
            } catch {
                throw (error as? APIError).map(record.adopted) ?? record.error(.cancelled)
            }
        }
    }

    // MARK: Credential

    /// Asks for a credential, within the call's time, and checks that a header can carry it.
    private func credential() async throws(APIError) -> Credential? {
        let authentication = client.authentication
        var secret: Secret?
        if let source = authentication.source { secret = try await self.secret(of: source) }
        let credential: Credential?
        do throws(InvalidInput) {
            credential =
                if let secret { try authentication.scheme.credential(secret) } else { try authentication.fixed?.get() }
        } catch {
            throw record.error(.invalidRequest(error.reason))
        }
        if let credential { record.add(credential.secret) }
        return credential
    }

    private func secret(of source: any CredentialSource) async throws(APIError) -> Secret {
        let (ending, interruption) = await Race.run(until: deadline) { try await source.credential() }
        switch interruption {
        case .cancellation: throw record.error(.cancelled)
        case .deadline: throw record.error(.timedOut)
        case nil: do { return try ending.get() } catch { throw record.error(.credential, underlying: error) }
        }
    }

    /// After a 401: tells the source, and asks it for another credential if the call may be repeated, whatever its
    /// policy. `nil` if there is none.
    private func renewed(_ rejected: Credential, isAllowed: Bool) async throws(APIError) -> Credential? {
        guard let source = client.authentication.source else { return nil }
        _ = await Race.run(until: deadline) { await source.invalidate(rejected.secret) }
        guard isAllowed, deadline.remaining > .zero else { return nil }
        let renewed = try await credential()
        return renewed?.secret == rejected.secret ? nil : renewed
    }

    // MARK: Attempt

    /// Sends the request once.
    private func attempt<Response: Sendable>(
        with credential: Credential?, _ decode: @escaping @Sendable (Data) throws -> Response
    ) async throws(Failure) -> Response {
        if Task.isCancelled { throw Failure(error: record.error(.cancelled)) }
        let start = clock.elapsed()
        let remaining = deadline.remaining
        guard remaining > .zero, limits.attemptTimeout > .zero else { throw Failure(error: record.error(.timedOut)) }
        record.beginAttempt()
        var request = request
        request.timeout = min(limits.attemptTimeout, remaining)
        if let credential { request.headers.append(name: credential.field.name, value: credential.field.value) }
        let attempt = Attempt(transport: client.transport, safety: operation.safety)
        let next = chain(to: attempt, remainingTime: remaining)
        let (cap, grace) = (client.configuration.maximumResponseBytes, client.configuration.answerGrace)
        let (ending, interruption) = await Race.run(
            until: clock.deadline(in: request.timeout),
            whenInterrupted: { attempt.stopSending() && $0 == .cancellation ? grace : .zero },
            work: { [request] in
                ReceivedAnswer(try await next(request), maximumBytes: cap, decode)
            })
        do throws(Failure) {
            let value = try value(of: ending, interruption, attempt.end())
            emit(.attempt(number: record.attempts, status: record.response?.status, failure: nil), from: start)
            return value
        } catch {
            let (status, kind) = (error.error.status, error.error.kind.bare)
            emit(.attempt(number: record.attempts, status: status, failure: kind), from: start)
            throw error
        }
    }

    /// The middleware around the transport, the first one outermost.
    private func chain(to attempt: Attempt, remainingTime: Duration) -> MiddlewareNext {
        let transport = MiddlewareNext { try await attempt.send($0) }
        guard let id else { return transport }
        let context = MiddlewareContext(
            callID: id, provider: client.provider, operation: operation.name, pathTemplate: operation.path.template,
            attempt: record.attempts, remainingTime: remainingTime)
        return client.configuration.middleware.reversed().reduce(transport) { next, middleware in
            MiddlewareNext { try await middleware.intercept($0, context: context, next: next) }
        }
    }

    /// Records what an attempt ended in.
    private func value<Response>(
        of ending: Race.Ending<ReceivedAnswer<Response>>, _ interruption: Race.Interruption?, _ requests: Attempt.Record
    ) throws(Failure) -> Response {
        let answer: ReceivedAnswer<Response>
        do {
            answer = try ending.get()
        } catch {
            record.endAttempt(requests, answer: nil)
            throw failure(error, interruption, requests)
        }
        record.endAttempt(requests, answer: answer.response)
        switch answer {
        case .value(let value, _): return value
        case .unreadable(_, let problem): throw Failure(error: record.unreadable(problem))
        case .tooLarge: throw Failure(error: record.attemptError(.responseTooLarge))
        case .refusal(let response, let body): throw Failure(error: record.refusal(response, body))
        }
    }

    /// What an attempt ends in that brought no response back.
    private func failure(_ thrown: any Error, _ interruption: Race.Interruption?, _ requests: Attempt.Record) -> Failure
    {
        if let verdict = requests.verdict, thrown is APIError {
            return Failure(error: record.adopted(verdict), isFinal: true)
        }
        // A status that is no success stands even if the rest of the response is missing, but not if a middleware had
        // the whole of it and threw.
        if requests.failure != nil || interruption != nil, let partial = requests.response, !partial.isSuccess {
            return Failure(error: record.refusal(partial, ErrorBody(partial)))
        }
        let kind = Self.kind(of: thrown, interruption, requests)
        let error = record.attemptError(kind, underlying: kind == .middleware ? thrown : requests.underlying)
        return Failure(error: error, nothingWasSent: requests.failure?.nothingWasSent ?? false)
    }

    private static func kind(
        of thrown: any Error, _ interruption: Race.Interruption?, _ requests: Attempt.Record
    ) -> APIError.Kind {
        switch interruption {
        case .deadline: return .timedOut
        case .cancellation: return .cancelled
        case nil: break
        }
        if let invalid = thrown as? InvalidInput { return .invalidRequest(invalid.reason) }
        guard let failure = requests.failure else { return .middleware }
        let isItsOwn = thrown is Attempt.Refusal || thrown as? NetworkFailure == failure
        return isItsOwn ? APIError.Kind(failure) : .middleware
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
                method: operation.method, pathTemplate: operation.path.template, requestID: record.requestID,
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
