extension Call {
    /// Sends the request once, and returns a success or the error that the call ends in if it is not repeated.
    mutating func attempt() async -> Result<HTTPResponse, APIError> {
        if Task.isCancelled { return .failure(error(.cancelled)) }
        let start = clock.elapsed()
        let end = min(start + limits.attemptTimeout, limits.timeout)
        guard start < end else { return .failure(error(.timedOut)) }
        attempts += 1
        requestID = nil
        let record = AttemptRecord()
        let send = chain(endingIn: record, remainingTime: limits.timeout - start)
        var request = request
        request.timeout = end - start
        if let credential, let field = try? client.authentication.scheme.field(for: credential) {
            request.headers[field.name] = field.value
        }
        let ending = await Race.run(until: { [clock] in try await clock.sleepUntil(end) }) { [request] in
            do { return Result<HTTPResponse, any Error>.success(try await send(request)) } catch {
                return .failure(error)
            }
        }
        let seen = record.current
        let result = self.result(of: ending, record: seen).mapError { error in
            var error = error
            error.outcome = error.outcome.combined(with: seen.outcome)
            return error
        }
        isFinal = seen.verdict != nil
        requestID = (try? result.get()).map(requestID(of:)) ?? seen.response.flatMap(requestID(of:))
        let (status, failure): (Int?, String?) =
            switch result {
            case .success(let response): (response.status, nil)
            case .failure(let error): (error.status, error.kind.label)
            }
        emit(.attempt(number: attempts, status: status, failure: failure), took: clock.elapsed() - start)
        return result
    }

    /// The middleware around the transport, the first one outermost.
    private func chain(
        endingIn record: AttemptRecord, remainingTime: Duration
    ) -> @Sendable (HTTPRequest) async throws -> HTTPResponse {
        let context = MiddlewareContext(
            provider: client.provider, operation: operation.name, pathTemplate: operation.path.template,
            attempt: attempts, remainingTime: remainingTime)
        var next: @Sendable (HTTPRequest) async throws -> HTTPResponse = { [transport = client.transport] request in
            try await record.send(request, over: transport)
        }
        for middleware in client.configuration.middleware.reversed() {
            next = { [next] in try await middleware.intercept($0, context: context, next: next) }
        }
        return next
    }

    private func result(
        of ending: Race<Result<HTTPResponse, any Error>>.Ending, record: AttemptRecord.State
    ) -> Result<HTTPResponse, APIError> {
        let response: HTTPResponse
        switch ending {
        case .finished(.success(let whole), _):
            response = whole
        case .finished(.failure(let failure), let interruption):
            if let verdict = record.verdict, failure is APIError { return .failure(adopted(verdict)) }
            // A status that is no success stands, also where the rest of the response is missing; not where a middleware
            // had the whole of it and threw.
            if record.failure != nil || interruption != nil, let partial = record.response, !partial.isSuccess {
                return .failure(refusal(partial))
            }
            return .failure(error(kind(of: failure, interruption, record), record: record, thrown: failure))
        case .abandoned(let interruption):
            if let partial = record.response, !partial.isSuccess { return .failure(refusal(partial)) }
            return .failure(error(interruption == .deadline ? .timedOut : .cancelled, record: record))
        }
        guard response.isSuccess else { return .failure(refusal(response)) }
        guard response.body.count <= client.configuration.maximumResponseBytes else {
            return .failure(error(.responseTooLarge, response: response))
        }
        return .success(response)
    }

    private func kind(
        of failure: any Error, _ interruption: Race<Result<HTTPResponse, any Error>>.Interruption?,
        _ record: AttemptRecord.State
    ) -> APIError.Kind {
        switch interruption {
        case .deadline: return .timedOut
        case .cancellation: return .cancelled
        case nil: break
        }
        if let invalid = failure as? InvalidInput { return .invalidRequest(invalid.reason) }
        guard let failure = failure as? NetworkFailure, failure == record.failure else { return .middleware }
        switch failure.reason {
        case .timedOut: return .timedOut
        case .responseTooLarge: return .responseTooLarge
        default:
            return .network(
                NetworkFailure(reason: failure.reason, code: failure.code, nothingWasSent: failure.nothingWasSent))
        }
    }
}
