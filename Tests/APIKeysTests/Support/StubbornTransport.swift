import APIKeys
import Foundation

/// A transport that ignores cancellation and answers only when it is told to.
final class StubbornTransport: HTTPTransport {
    /// Set when the first request has come.
    let reached = Signal()
    private let state = Locked((answer: HTTPResponse?.none, waiting: [CheckedContinuation<HTTPResponse, Never>]()))

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        await withCheckedContinuation { continuation in
            let answer = state.withLock { state in
                if state.answer == nil { state.waiting.append(continuation) }
                return state.answer
            }
            reached.set()
            if let answer { continuation.resume(returning: answer) }
        }
    }

    /// Answers every request, those that wait and those to come.
    func release(_ answer: HTTPResponse) {
        let waiting = state.withLock { state in
            state.answer = answer
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume(returning: answer) }
    }
}
