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
        /// The status and the header fields, once they were told.
        var head: HTTPResponse?
        var body = Data()
        var isCancelled = false
        var isChallenged = false
        var isResumed = false
        var onEnd: (@Sendable () -> Void)?

        /// What has been read; `nil` before the status.
        var response: HTTPResponse? {
            guard var response = head else { return nil }
            response.body = body
            return response
        }
    }

    private let state = Locked(State())
    private let maximumBytes: Int

    init(maximumBytes: Int) {
        self.maximumBytes = max(maximumBytes, 0)
    }

    /// Starts the task, unless it was cancelled before.
    ///
    /// - Parameters:
    ///   - task: The task, which nobody has resumed.
    ///   - continuation: Who waits for the response; resumed once.
    ///   - onEnd: Called once nothing more is to be told to this exchange.
    func start(
        _ task: URLSessionTask, _ continuation: CheckedContinuation<HTTPResponse, any Error>,
        onEnd: @escaping @Sendable () -> Void
    ) {
        let isCancelled = state.withLock { state in
            state.continuation = continuation
            state.onEnd = onEnd
            state.task = task
            return state.isCancelled
        }
        if isCancelled {
            end { _ in .failure(NetworkFailure(reason: .cancelled)) }
            stop(task)
            return
        }
        task.resume()
        // From here on `abort` may stop it; what it left undone before is made up for.
        let isOver = state.withLock { state in
            state.isResumed = true
            return state.continuation == nil
        }
        if isOver { stop(task) }
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
        let head = Self.head(response)
        state.withLock { $0.head = head }
        if response.expectedContentLength > Int64(maximumBytes) { abort(.responseTooLarge) }
    }

    private static func head(_ response: HTTPURLResponse) -> HTTPResponse {
        let fields = response.allHeaderFields.compactMap { name, value -> HTTPHeaders.Field? in
            (name as? String).flatMap { name in (value as? String).map { .init(name: name, value: $0) } }
        }
        return HTTPResponse(status: response.statusCode, headers: HTTPHeaders(fields.sorted { $0.name < $1.name }))
    }

    func receive(_ data: Data) {
        let isTooLarge = state.withLock { state in
            guard state.continuation != nil else { return false }
            let room = maximumBytes - state.body.count
            state.body.append(data.prefix(room))
            return data.count > room
        }
        if isTooLarge { abort(.responseTooLarge) }
    }

    func complete(_ error: (any Error)?) {
        end { state in
            var state = state
            // On Linux, the head of a redirect whose target is no URL, and of a response with a field line that begins
            // with CR, is told by the task alone.
            if state.head == nil { state.head = (state.task?.response as? HTTPURLResponse).map(Self.head) }
            let hasBody = state.task?.originalRequest?.httpBody != nil
            let described = error.map {
                NetworkFailure($0, bodyBytesSent: hasBody ? state.task?.countOfBytesSent : nil)
            }
            guard let response = state.response else {
                return .failure(described ?? NetworkFailure(reason: .invalidResponse))
            }
            // Rejecting a challenge cancels the task on Linux; its response was whole by then.
            guard var failure = described, !(state.isChallenged && failure.reason == .cancelled) else {
                return .success(response)
            }
            failure.partialResponse = response
            return .failure(failure)
        }
    }

    /// Ends the exchange with a failure of our own and stops the transfer.
    private func abort(_ reason: NetworkFailure.Reason) {
        let last = end { .failure(NetworkFailure(reason: reason, partialResponse: $0.response)) }
        if let last, last.isResumed, let task = last.task { stop(task) }
    }

    private func stop(_ task: URLSessionTask) {
        // Not from here: `cancel()` can deadlock within a cancellation handler or a delegate callback (#5412).
        DispatchQueue.global().async { task.cancel() }
    }

    /// Resumes the continuation, once.
    ///
    /// - Returns: How far the exchange had come, if this was its end.
    @discardableResult
    private func end(_ result: (State) -> Result<HTTPResponse, NetworkFailure>) -> State? {
        let last = state.withLock { state -> State? in
            guard state.continuation != nil else { return nil }
            let last = state
            state.continuation = nil
            state.task = nil
            state.onEnd = nil
            return last
        }
        guard let last else { return nil }
        last.onEnd?()
        last.continuation?.resume(with: result(last).mapError { $0 as any Error })
        return last
    }
}
