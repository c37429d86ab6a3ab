import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// One request on its way: what has been read of its response, and who waits for it.
final class Exchange: Sendable {
    /// What is known of a task, and who waits for it.
    private struct Run: Sendable {
        let task: URLSessionTask
        let queue: OperationQueue
        let continuation: CheckedContinuation<HTTPResponse, any Error>
        let onEnd: @Sendable () -> Void
        /// The status and the header fields, once they were told.
        var head: HTTPResponse?
        var body = Data()
        var isChallenged = false

        /// What has been read; `nil` before the status.
        var response: HTTPResponse? {
            guard var response = head else { return nil }
            response.body = body
            return response
        }
    }

    private enum State: Sendable {
        case new
        /// Cancelled before it began.
        case cancelled
        /// Nobody may stop the task: it is being resumed.
        case starting(Run)
        case running(Run)
        case over

        /// Changes what is known of the task, unless the exchange is over.
        mutating func update<Result>(_ change: (inout Run) -> Result) -> Result? {
            switch self {
            // Each takes the state's own copy away while it changes its own: a body with two owners would be copied.
            case .starting(var run):
                self = .over
                defer { self = .starting(run) }
                return change(&run)
            case .running(var run):
                self = .over
                defer { self = .running(run) }
                return change(&run)
            case .new, .cancelled, .over: return nil
            }
        }
    }

    private let state = Locked(State.new)
    private let maximumBytes: Int

    init(maximumBytes: Int) {
        self.maximumBytes = max(maximumBytes, 0)
    }

    /// Starts the task, unless it was cancelled before. The session calls its delegate on the queue, a block at a time;
    /// `onEnd` is called once nothing more is to be told to this exchange.
    func start(
        _ task: URLSessionTask, on queue: OperationQueue,
        _ continuation: CheckedContinuation<HTTPResponse, any Error>,
        onEnd: @escaping @Sendable () -> Void
    ) {
        let isCancelled = state.withLock { state in
            guard case .new = state else { return true }
            state = .starting(Run(task: task, queue: queue, continuation: continuation, onEnd: onEnd))
            return false
        }
        if isCancelled {
            onEnd()
            continuation.resume(throwing: NetworkFailure(reason: .cancelled))
            return stop(task, on: queue)
        }
        task.resume()
        // From here on `abort` may stop it; what it left undone before is made up for.
        let isOver = state.withLock { state in
            guard case .starting(let run) = state else { return true }
            state = .running(run)
            return false
        }
        if isOver { stop(task, on: queue) }
    }

    /// Ends the exchange at once, with what was read so far.
    func cancel() {
        state.withLock { if case .new = $0 { $0 = .cancelled } }
        abort(.cancelled)
    }

    func wasChallenged() {
        state.withLock { state in state.update { $0.isChallenged = true } }
    }

    func receive(_ response: URLResponse) {
        guard let response = response as? HTTPURLResponse else { return abort(.invalidResponse) }
        let head = Self.head(response)
        state.withLock { state in state.update { $0.head = head } }
        if response.expectedContentLength > Int64(maximumBytes) { abort(.responseTooLarge) }
    }

    private static func head(_ response: HTTPURLResponse) -> HTTPResponse {
        let all = response.allHeaderFields
        var fields: [HTTPHeaders.Field] = []
        fields.reserveCapacity(all.count)
        for (name, value) in all {
            // Out of its box first: a cast of the box itself costs much more.
            if let name = name.base as? String, let value = value as? String {
                fields.append(.init(name: name, value: value))
            }
        }
        fields.sort { $0.name < $1.name }
        return HTTPResponse(status: response.statusCode, headers: HTTPHeaders(fields))
    }

    func receive(_ data: Data) {
        let isTooLarge = state.withLock { state in
            state.update { run in
                let room = maximumBytes - run.body.count
                run.body.append(data.prefix(room))
                return data.count > room
            }
        }
        if isTooLarge == true { abort(.responseTooLarge) }
    }

    func complete(_ error: (any Error)?) {
        end { run in
            var run = run
            // On Linux, the head of a redirect whose target is no URL, and of a response with a field line that begins
            // with CR, is told by the task alone.
            if run.head == nil { run.head = (run.task.response as? HTTPURLResponse).map(Self.head) }
            let hasBody = run.task.originalRequest?.httpBody != nil
            let described = error.map { NetworkFailure($0, bodyBytesSent: hasBody ? run.task.countOfBytesSent : nil) }
            guard let response = run.response else {
                return .failure(described ?? NetworkFailure(reason: .invalidResponse))
            }
            // Rejecting a challenge cancels the task on Linux; its response was whole by then.
            guard var failure = described, !(run.isChallenged && failure.reason == .cancelled) else {
                return .success(response)
            }
            failure.partialResponse = response
            return .failure(failure)
        }
    }

    /// Ends the exchange with a failure of our own and stops the transfer.
    private func abort(_ reason: NetworkFailure.Reason) {
        let last = end { .failure(NetworkFailure(reason: reason, partialResponse: $0.response)) }
        if case .running(let run) = last { stop(run.task, on: run.queue) }
    }

    private func stop(_ task: URLSessionTask, on queue: OperationQueue) {
        // Not from here: `cancel()` can deadlock within a cancellation handler (#5412). And not beside the queue on
        // which the task ends: on Linux, a `cancel()` that meets the end of its task ends the process.
        queue.addOperation { task.cancel() }
    }

    /// Resumes the continuation, once, and says how far the exchange had come.
    @discardableResult
    private func end(_ result: (Run) -> Result<HTTPResponse, NetworkFailure>) -> State {
        let last = state.withLock { state in
            let last = state
            switch last {
            case .starting, .running: state = .over
            case .new, .cancelled, .over: break
            }
            return last
        }
        switch last {
        case .starting(let run), .running(let run):
            run.onEnd()
            run.continuation.resume(with: result(run).mapError { $0 as any Error })
        case .new, .cancelled, .over: break
        }
        return last
    }
}
