public import APIKeys

extension Sandbox {
    /// A request that the sandbox received, without its credential, its body and the answer's body.
    public struct Request: Hashable, Sendable {
        /// The method.
        public let method: HTTPMethod
        /// The path as it was sent, without the query.
        public let path: String
        /// The provider that has the call, such as `Junction`; `nil` if no provider has it.
        public let provider: String?
        /// The name of the client's method, such as `createTeamAPIKey`; `nil` if no provider has the call.
        public let operation: String?
        /// The status of the answer, whether or not it arrived; `nil` if there was none.
        public let status: Int?
        /// What went wrong on purpose, such as `lostAnswer`.
        public let fault: String?
        /// The `x-request-id` of the answer, whether or not it arrived.
        public let requestID: String
    }
}

/// The requests so far. Their memory is bounded: old ones are forgotten.
final class Journal: Sendable {
    private static let capacity = 10_000

    private struct State: Sendable {
        var requests: [Sandbox.Request] = []
        /// Counts the resets.
        var epoch = 0
    }

    private let state = Locked(State())

    var requests: [Sandbox.Request] { state.withLock { Array($0.requests.suffix(Self.capacity)) } }
    /// Changes with each reset: what began before is of no interest.
    var epoch: Int { state.withLock { $0.epoch } }

    func append(_ request: Sandbox.Request, in epoch: Int) {
        state.withLock { state in
            guard epoch == state.epoch else { return }
            // A tenth too many, so that the oldest ones are removed all at once.
            if state.requests.count >= Self.capacity * 11 / 10 { state.requests.removeFirst(Self.capacity / 10) }
            state.requests.append(request)
        }
    }

    func reset() {
        state.withLock { $0 = State(epoch: $0.epoch + 1) }
    }
}
