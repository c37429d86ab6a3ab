/// How far one try of a call came, noted where the request meets the transport: it is true also where a middleware
/// changes what passes it, and where the try was abandoned.
final class AttemptRecord: Sendable {
    struct State: Sendable {
        /// Whether the request was handed to the transport, which may have sent it.
        var wasHandedOver = false
        /// What the transport brought back, whole or in part.
        var response: HTTPResponse?
        /// What the transport threw.
        var failure: NetworkFailure?
        /// The transport's own error, where it did not throw a `NetworkFailure`.
        var underlying: (any Error)?
        /// What the transport threw, where that says everything by itself.
        var verdict: APIError?
        /// The most that earlier requests of the same try may have done: a middleware can send more than one.
        var earlierOutcome = APIError.Outcome.notProcessed

        /// The most that the requests of this try may have done.
        var outcome: APIError.Outcome {
            guard wasHandedOver else { return earlierOutcome }
            let last: APIError.Outcome =
                if let verdict {
                    verdict.outcome
                } else if let response {
                    APIError.Outcome(of: response)
                } else {
                    failure?.nothingWasSent == true ? .notProcessed : .unknown
                }
            return earlierOutcome.combined(with: last)
        }
    }

    private let state = Locked(State())

    var current: State { state.withLock { $0 } }

    /// Hands a request to the transport and notes what becomes of it.
    func send(_ request: HTTPRequest, over transport: any HTTPTransport) async throws -> HTTPResponse {
        if let problem = request.headers.problem { throw InvalidInput(problem) }
        state.withLock { $0 = State(wasHandedOver: true, earlierOutcome: $0.outcome) }
        do {
            let response = try await transport.send(request)
            state.withLock { $0.response = response }
            return response
        } catch let error as APIError {
            state.withLock { $0.verdict = error }
            throw error
        } catch {
            let failure = NetworkFailure(describing: error)
            state.withLock { state in
                state.response = failure.partialResponse
                state.failure = failure
                state.underlying = error is NetworkFailure ? nil : error
            }
            throw failure
        }
    }
}
