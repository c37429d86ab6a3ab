public import APIKeys

/// A transport that answers by itself, for unit tests: from a script, from a table of routes, or from a closure. It records
/// every request.
///
/// ```swift
/// let transport = MockTransport(.json(key, status: 201), .failing(.rateLimited), .json(key, status: 201))
/// let client = JunctionClient(managementKey: Secret("mg_test"), organizationID: UUID(), transport: transport)
/// ```
public final class MockTransport: HTTPTransport {
    /// What to answer one request with.
    public enum Answer: Sendable {
        /// A response.
        case response(HTTPResponse)
        /// An error in place of a response. An `APIError` ends the call as it is.
        case failure(any Error)
    }

    private enum Source: Sendable {
        case script([Answer])
        case routes([(route: MockRoute, answer: Answer)])
        case closure(@Sendable (HTTPRequest) async throws -> HTTPResponse)
    }

    private struct State: Sendable {
        var source: Source
        var requests: [HTTPRequest] = []
    }

    private let state: Locked<State>

    /// Answers the first request with the first answer, and so on. A request after the last one fails with
    /// ``UnexpectedRequest``.
    ///
    /// - Parameter script: The answers.
    public init(_ script: Answer...) {
        state = Locked(State(source: .script(script)))
    }

    /// Answers each request by its method and path, as often as it comes. A request that no route is for fails with
    /// ``UnexpectedRequest``.
    ///
    /// ```swift
    /// MockTransport(routes: [
    ///     "POST /v1/org/{org_id}/team_api_keys/{env}/{region}": .json(key),
    ///     "DELETE /v1/org/{org_id}/management_key/{key_id}": .failing(.notFound),
    /// ])
    /// ```
    ///
    /// - Parameter routes: The answers, by method and path; `{name}` stands for any one segment. The first that fits is
    ///   taken.
    public init(routes: KeyValuePairs<String, Answer>) {
        state = Locked(State(source: .routes(routes.map { (MockRoute($0.key), $0.value) })))
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
    /// - Throws: The error of the script, the route or the closure; ``UnexpectedRequest`` where there is no answer.
    public func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let source = state.withLock { state in
            state.requests.append(request)
            defer {
                if case .script(let answers) = state.source { state.source = .script(Array(answers.dropFirst())) }
            }
            return state.source
        }
        let answer: Answer?
        switch source {
        case .closure(let respond): return try await respond(request)
        case .script(let answers): answer = answers.first
        case .routes(let routes): answer = routes.first { $0.route.matches(request) }?.answer
        }
        switch answer {
        case .response(let response): return response
        case .failure(let error): throw error
        case nil: throw UnexpectedRequest(request, expected: Self.expectation(of: source, requests.count))
        }
    }

    private static func expectation(of source: Source, _ count: Int) -> String {
        guard case .routes(let routes) = source else { return "\(count - 1) requests" }
        return routes.map(\.route.text).joined(separator: ", ")
    }
}
