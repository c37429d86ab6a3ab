public import APIKeys

/// A transport that answers by itself, for unit tests: from a script, from a table of routes, or from a closure. It
/// records every request.
///
/// ```swift
/// let transport = MockTransport(.json(key, status: 201), .failing(.rateLimited), .json(key, status: 201))
/// let client = JunctionClient(managementKey: Secret("mg_test"), organizationID: UUID(), transport: transport)
/// ```
public final class MockTransport: HTTPTransport {
    /// The answer to one request.
    public enum Answer: Sendable {
        /// A response.
        case response(HTTPResponse)
        /// An error in place of a response. An `APIError` ends the call as it is.
        case failure(any Error)
        /// A list of answers for a route: one for each request, in order. A request after the last one is unexpected.
        case sequence([Answer])
    }

    private enum Source: Sendable {
        case routes([MockRoute])
        case closure(@Sendable (HTTPRequest) async throws -> HTTPResponse)
    }

    private struct State: Sendable {
        var source: Source
        var requests: [HTTPRequest] = []

        /// Records a request, and looks for its answer, or for what gives it, or for what was expected instead.
        mutating func answer(
            _ request: HTTPRequest
        ) -> (Answer?, respond: (@Sendable (HTTPRequest) async throws -> HTTPResponse)?, expected: String) {
            requests.append(request)
            switch source {
            case .closure(let respond): return (nil, respond, "")
            case .routes(var routes):
                defer { source = .routes(routes) }
                let place = routes.firstIndex { $0.matches(request) }
                return (place.flatMap { routes[$0].next() }, nil, routes.map(\.text).joined(separator: ", "))
            }
        }
    }

    private let state: Locked<State>

    /// Answers the first request with the first answer, and so on. A request after the last one ends its call at once;
    /// see ``UnexpectedRequest``.
    ///
    /// - Parameter script: The answers.
    public init(_ script: Answer...) {
        state = Locked(State(source: .routes([MockRoute(script: script)])))
    }

    /// Answers each request by its method and path, as often as it comes, or with a sequence of answers. A request that
    /// matches no route ends its call at once; see ``UnexpectedRequest``.
    ///
    /// ```swift
    /// MockTransport(routes: [
    ///     "POST /v1/org/{org_id}/team_api_keys/{env}/{region}": .json(key),
    ///     "DELETE /v1/org/{org_id}/management_key/{key_id}": .sequence([.failing(.server), .json(managementKey)]),
    /// ])
    /// ```
    ///
    /// - Parameter routes: The answers, by method and path; `{name}` stands for any one segment. The first route that
    ///   matches answers.
    public init(routes: KeyValuePairs<String, Answer>) {
        state = Locked(State(source: .routes(routes.map { MockRoute($0.key, $0.value) })))
    }

    /// Answers each request with what the closure returns or throws.
    ///
    /// - Parameter respond: The closure.
    public init(_ respond: @escaping @Sendable (HTTPRequest) async throws -> HTTPResponse) {
        state = Locked(State(source: .closure(respond)))
    }

    /// Every request so far, in the order they came in.
    public var requests: [HTTPRequest] {
        state.withLock { $0.requests }
    }

    /// Records the request and answers it.
    ///
    /// - Parameter request: The request.
    /// - Returns: The response of the script, the route or the closure.
    /// - Throws: The error of the script, the route or the closure; an `APIError` that names the request and what was
    ///   expected if there is no answer.
    public func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let (answer, respond, expected) = state.withLock { $0.answer(request) }
        if let respond { return try await respond(request) }
        switch answer {
        case .response(let response): return response
        case .failure(let error): throw error
        case nil, .sequence:
            let unexpected = UnexpectedRequest(request, expected: expected)
            throw APIError(
                kind: .invalidRequest(unexpected.description), outcome: .notProcessed, provider: "", operation: "",
                underlying: unexpected)
        }
    }
}
