public import Foundation

/// Code that runs around each attempt of a call, such as one that adds a header field or measures time.
///
/// Middleware runs again for each retry. It may change the request and the response, or return a response without
/// calling `next`. An error of its own ends the call as ``APIError/Kind/middleware`` and is never retried; an error of
/// `next` that it rethrows is treated as if the middleware were not there.
///
/// A call that creates a key never creates a second one: once its request may have been processed, `next` throws and
/// sends nothing more in that call. The server's answer to that request is kept, whatever a middleware returns in its
/// place.
///
/// A middleware must never block its thread: Swift's pool has one thread per processor, and no deadline can be kept
/// while all of them are blocked.
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

/// The next step of a request: further middleware, then the transport.
///
/// This is a struct because the type of a closure would depend on whether a module uses
/// `NonisolatedNonsendingByDefault`.
public struct MiddlewareNext: Sendable {
    private let send: @Sendable (HTTPRequest) async throws -> HTTPResponse

    /// Creates a next step, for use in tests.
    ///
    /// - Parameter send: Answers a request.
    public init(_ send: @escaping @Sendable (HTTPRequest) async throws -> HTTPResponse) {
        self.send = send
    }

    /// Sends a request on.
    ///
    /// - Parameter request: The request.
    /// - Returns: The response, whatever its status.
    /// - Throws: ``NetworkFailure`` if there is no complete response; another error, with nothing sent, if the attempt
    ///   is over or if the request could create a second key.
    public func callAsFunction(_ request: HTTPRequest) async throws -> HTTPResponse {
        try await send(request)
    }
}

/// The call and the attempt that a ``Middleware`` handles.
public struct MiddlewareContext: Hashable, Sendable {
    /// The call's ID, the same in all its attempts and in its ``ClientEvent``s.
    public var callID: UUID
    /// The provider, such as `Junction`.
    public var provider: String
    /// The operation, such as `createTeamAPIKey`.
    public var operation: String
    /// The path with placeholders for values: `/v1/org/{org_id}/team`.
    public var pathTemplate: String
    /// Which attempt of the call this is, counted from 1.
    public var attempt: Int
    /// How long the call may still take when this attempt begins.
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
