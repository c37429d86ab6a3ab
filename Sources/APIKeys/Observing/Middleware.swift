public import Foundation

/// Code that runs around each attempt of a call, such as one that adds a header field or measures time.
///
/// It runs for each attempt: again if a call is repeated. It may change the request and the response, or answer by
/// itself without calling `next`. What it throws ends the call as ``APIError/Kind/middleware`` and is never retried; an
/// error of `next` that it lets through is treated as if the middleware were not there.
///
/// A call that creates a key is sent once. After `next` may have sent its request, `next` throws and sends nothing more
/// in that call, and the server's answer to the first request is kept, whatever a middleware returns in its place.
///
/// A middleware must not block its thread: a deadline can't be kept while the threads of Swift's pool, as many as there
/// are processors, are blocked.
///
/// ```swift
/// struct TraceHeader: Middleware {
///     func intercept(
///         _ request: HTTPRequest, context: MiddlewareContext, next: MiddlewareNext
///     ) async throws -> HTTPResponse {
///         var request = request
///         request.headers["traceparent"] = currentTraceParent()
///         return try await next(request)
///     }
/// }
/// ```
public protocol Middleware: Sendable {
    /// Handles one attempt of a call.
    ///
    /// - Parameters:
    ///   - request: The request, complete with its credential. Never log its headers or its body.
    ///   - context: The call that the attempt belongs to.
    ///   - next: Sends the request on and returns the response.
    /// - Returns: The response to hand back.
    /// - Throws: What `next` throws, or an error of its own, which ends the call.
    func intercept(
        _ request: HTTPRequest, context: MiddlewareContext, next: MiddlewareNext
    ) async throws -> HTTPResponse
}

/// The rest of the way that a request takes: further middleware, then the transport.
///
/// A struct and not a closure, whose type would depend on whether a module uses `NonisolatedNonsendingByDefault`.
public struct MiddlewareNext: Sendable {
    private let send: @Sendable (HTTPRequest) async throws -> HTTPResponse

    /// Creates one, for use in tests.
    ///
    /// - Parameter send: Answers a request.
    public init(_ send: @escaping @Sendable (HTTPRequest) async throws -> HTTPResponse) {
        self.send = send
    }

    /// Sends a request on.
    ///
    /// - Parameter request: The request.
    /// - Returns: The response, whatever its status.
    /// - Throws: ``NetworkFailure`` if there is no whole response, and an error once the attempt is over or if sending
    ///   the request could create a second key.
    public func callAsFunction(_ request: HTTPRequest) async throws -> HTTPResponse {
        try await send(request)
    }
}

/// The call that a ``Middleware`` handles an attempt of.
public struct MiddlewareContext: Hashable, Sendable {
    /// Tells the call from others that run at the same time; the same in all its attempts and in its ``ClientEvent``s.
    public var callID: UUID
    /// The provider, such as `Junction`.
    public var provider: String
    /// The operation, such as `createTeamAPIKey`.
    public var operation: String
    /// The path with names in place of values: `/v1/org/{org_id}/team`.
    public var pathTemplate: String
    /// Which attempt of the call this is, counted from 1.
    public var attempt: Int
    /// How long the call may still take, as this attempt begins.
    public var remainingTime: Duration

    /// Creates a context, for use in tests.
    public init(
        callID: UUID = UUID(), provider: String, operation: String, pathTemplate: String, attempt: Int,
        remainingTime: Duration
    ) {
        self.callID = callID
        self.provider = provider
        self.operation = operation
        self.pathTemplate = pathTemplate
        self.attempt = attempt
        self.remainingTime = remainingTime
    }
}
