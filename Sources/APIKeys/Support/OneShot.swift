/// A value that one task waits for. What comes first ends the wait: the value, an error, or the task's cancellation.
package final class OneShot<Value: Sendable>: Sendable {
    private enum State: Sendable {
        case open
        case waited(CheckedContinuation<Value, any Error>)
        case over(Result<Value, any Error>)
    }

    private let state = Locked(State.open)

    package init() {}

    /// Waits for the value, or the error in its place. Only one task may. Throws at once when the task is cancelled.
    package func value() async throws -> Value {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let result = state.withLock { state -> Result<Value, any Error>? in
                    if case .over(let result) = state { return result }
                    state = .waited(continuation)
                    return nil
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            end(with: .failure(CancellationError()))
        }
    }

    /// Ends the wait, unless it is over.
    package func end(with result: Result<Value, any Error>) {
        let continuation = state.withLock { state -> CheckedContinuation<Value, any Error>? in
            switch state {
            case .open:
                state = .over(result)
                return nil
            case .waited(let continuation):
                state = .over(result)
                return continuation
            case .over: return nil
            }
        }
        continuation?.resume(with: result)
    }
}
