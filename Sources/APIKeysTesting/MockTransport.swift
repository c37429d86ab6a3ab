public import APIKeys

/// A transport that answers by itself, for unit tests: from a script or from a closure. It records every request.
///
/// ```swift
/// let transport = MockTransport(.response(HTTPResponse(status: 404)))
/// let client = JunctionClient(managementKey: Secret("mg_test"), organizationID: UUID(), transport: transport)
/// ```
public final class MockTransport: HTTPTransport {
    /// What to answer one request with.
    public enum Answer: Sendable {
        /// A response.
        case response(HTTPResponse)
        /// An error in place of a response.
        case failure(any Error)
    }

    private struct State: Sendable {
        var script: [Answer]
        var requests: [HTTPRequest] = []
    }

    private let state: Locked<State>
    private let respond: (@Sendable (HTTPRequest) async throws -> HTTPResponse)?

    /// Answers the first request with the first answer, and so on. A request after the last one fails with
    /// ``UnexpectedRequest``.
    ///
    /// - Parameter script: The answers.
    public init(_ script: Answer...) {
        state = Locked(State(script: script))
        respond = nil
    }

    /// Answers each request with what the closure returns or throws.
    ///
    /// - Parameter respond: The closure.
    public init(_ respond: @escaping @Sendable (HTTPRequest) async throws -> HTTPResponse) {
        state = Locked(State(script: []))
        self.respond = respond
    }

    /// Every request so far, in the order they came in.
    public var requests: [HTTPRequest] {
        state.withLock { $0.requests }
    }

    /// Records the request and answers it.
    ///
    /// - Parameter request: The request.
    /// - Returns: The response of the script or the closure.
    /// - Throws: The error of the script or the closure; ``UnexpectedRequest`` where the script is at its end.
    public func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let answer = state.withLock { state -> Answer? in
            state.requests.append(request)
            return state.script.isEmpty ? nil : state.script.removeFirst()
        }
        if let respond { return try await respond(request) }
        switch answer {
        case .response(let response): return response
        case .failure(let error): throw error
        case nil: throw UnexpectedRequest(request)
        }
    }
}
