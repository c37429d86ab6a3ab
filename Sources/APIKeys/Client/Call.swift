import Foundation

/// One call from its first try to its value or its error.
struct Call<Response: Sendable> {
    let client: APIClient
    let operation: Operation<Response>
    /// The request, complete but for the credential.
    let request: HTTPRequest
    let limits: CallLimits
    let clock: CallClock

    /// How many tries have begun.
    var attempts = 0
    /// The most that earlier tries may have done.
    var earlierOutcome = APIError.Outcome.notProcessed
    /// Whether the last try's error is the transport's own word on the call.
    var isFinal = false
    var credential: Secret?
    var requestID: String?

    init(client: APIClient, operation: Operation<Response>, request: HTTPRequest, limits: CallLimits) {
        self.client = client
        self.operation = operation
        self.request = request
        self.limits = limits
        self.clock = CallClock(client.configuration.clock)
    }

    /// Carries the call out.
    mutating func run() async throws(APIError) -> Response {
        emit(.started, took: .zero)
        do {
            let (value, response) = try await value()
            emit(
                .finished(attempts: attempts, status: response.status, failure: nil, outcome: nil),
                took: clock.elapsed())
            let metadata = ResponseMetadata(
                status: response.status, headers: response.headers, requestID: requestID, attempts: attempts)
            ResponseMetadata.collector?.withLock { $0 = metadata }
            return value
        } catch {
            emit(
                .finished(
                    attempts: attempts, status: error.status, failure: error.kind.label, outcome: error.outcome),
                took: clock.elapsed())
            throw error
        }
    }

    /// The retry loop.
    private mutating func value() async throws(APIError) -> (Response, HTTPResponse) {
        credential = try await freshCredential()
        var (retries, isRenewed) = (0, false)
        while true {
            let error: APIError
            switch await attempt() {
            case .success(let response):
                return (try decoded(response), response)
            case .failure(let failure):
                error = failure
            }
            if isFinal { throw error }
            if error.kind == .notFound, earlierOutcome != .notProcessed, let gone = operation.valueWhenGone {
                return (gone, HTTPResponse(status: 404))
            }
            // Whatever the kind says: a create whose request may have been carried out is not sent again.
            let isRepeatable = operation.safety != .create || error.outcome == .notProcessed
            if error.kind == .unauthorized, try await renewCredential(isAllowed: isRepeatable && !isRenewed) {
                isRenewed = true
                continue
            }
            guard
                isRepeatable,
                retries < limits.retry.maxRetries,
                RetryRule.allowsRetry(after: error.kind, status: error.status, of: operation.safety),
                let delay = limits.retry.delay(
                    beforeRetry: retries, hint: error.retryAfter, random: client.configuration.random),
                clock.elapsed() + delay < limits.timeout
            else { throw error }
            earlierOutcome = error.outcome
            retries += 1
            try await pause(delay, beforeRetry: retries)
        }
    }

    private func decoded(_ response: HTTPResponse) throws(APIError) -> Response {
        do {
            return try operation.decode(response.body)
        } catch {
            var failure = self.error(.decoding, response: response, underlying: error)
            failure.message = (error as? any ExplainedError)?.explanation
            throw failure
        }
    }

    private func pause(_ delay: Duration, beforeRetry retry: Int) async throws(APIError) {
        emit(.retry(number: retry, delay: delay), took: clock.elapsed())
        do {
            try await clock.sleepUntil(clock.elapsed() + delay)
        } catch {
            throw self.error(.cancelled)
        }
    }

    func emit(_ step: ClientEvent.Step, took duration: Duration) {
        guard let onEvent = client.configuration.onEvent else { return }
        onEvent(
            ClientEvent(
                step: step, provider: client.provider, operation: operation.name, method: operation.method,
                pathTemplate: operation.path.template, requestID: requestID, duration: duration))
    }
}
