import Dispatch
import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// One request on its way: what has been read of its response, and who waits for it.
final class Exchange: Sendable {
    private struct State: Sendable {
        var task: URLSessionTask?
        var continuation: CheckedContinuation<HTTPResponse, any Error>?
        var response: HTTPResponse?
        var isCancelled = false
        var isChallenged = false
    }

    private let state = Locked(State())
    private let maximumBytes: Int

    init(maximumBytes: Int) {
        self.maximumBytes = maximumBytes
    }

    /// Takes the task and the continuation.
    ///
    /// - Returns: Whether the task may be resumed; otherwise it was cancelled before, and the continuation was resumed.
    func begin(_ task: URLSessionTask, _ continuation: CheckedContinuation<HTTPResponse, any Error>) -> Bool {
        let isCancelled = state.withLock { state in
            if !state.isCancelled {
                state.task = task
                state.continuation = continuation
            }
            return state.isCancelled
        }
        if isCancelled { continuation.resume(throwing: NetworkFailure(reason: .cancelled)) }
        return !isCancelled
    }

    /// Ends the exchange at once, with what was read so far.
    func cancel() {
        state.withLock { $0.isCancelled = true }
        abort(.cancelled)
    }

    func wasChallenged() {
        state.withLock { $0.isChallenged = true }
    }

    func receive(_ response: URLResponse) {
        guard let response = response as? HTTPURLResponse else { return abort(.invalidResponse) }
        let fields = response.allHeaderFields.compactMap { name, value -> HTTPHeaders.Field? in
            (name as? String).flatMap { name in (value as? String).map { .init(name: name, value: $0) } }
        }
        let headers = HTTPHeaders(fields.sorted { $0.name < $1.name })
        state.withLock { $0.response = HTTPResponse(status: response.statusCode, headers: headers) }
        if response.expectedContentLength > Int64(maximumBytes) { abort(.responseTooLarge) }
    }

    func receive(_ data: Data) {
        let isTooLarge = state.withLock { state in
            guard state.continuation != nil else { return false }
            let room = maximumBytes - (state.response?.body.count ?? 0)
            state.response?.body.append(data.prefix(room))
            return data.count > room
        }
        if isTooLarge { abort(.responseTooLarge) }
    }

    func complete(_ error: (any Error)?) {
        end { state in
            guard let response = state.response else {
                var failure = NetworkFailure(describing: error ?? NetworkFailure(reason: .invalidResponse))
                // Foundation on Linux says "cannot connect" of any transfer during which one address refused, also
                // where another took the request (`urlErrorCode(for:)` in MultiHandle.swift).
                if failure.provesNothingWasSent, let sent = state.task?.countOfBytesSent, sent > 0 {
                    failure.reason = .connectionLost
                }
                return .failure(failure)
            }
            // Rejecting a challenge cancels the task on Linux; its response was whole by then.
            let isWhole = error == nil || (state.isChallenged && NetworkFailure(describing: error).reason == .cancelled)
            if isWhole { return .success(response) }
            var failure = NetworkFailure(describing: error)
            failure.partialResponse = response
            return .failure(failure)
        }
    }

    /// Ends the exchange with a failure of our own and stops the transfer.
    private func abort(_ reason: NetworkFailure.Reason) {
        let task = end { .failure(NetworkFailure(reason: reason, partialResponse: $0.response)) }
        // Not from here: `cancel()` can deadlock within a cancellation handler or a delegate callback (#5412).
        if let task { DispatchQueue.global().async { task.cancel() } }
    }

    /// Resumes the continuation, once.
    ///
    /// - Returns: The task, where this was the end.
    @discardableResult
    private func end(_ result: (State) -> Result<HTTPResponse, NetworkFailure>) -> URLSessionTask? {
        let last = state.withLock { state -> State? in
            guard state.continuation != nil else { return nil }
            let last = state
            state.continuation = nil
            state.task = nil
            return last
        }
        guard let last else { return nil }
        last.continuation?.resume(with: result(last).mapError { $0 as any Error })
        return last.task
    }
}
