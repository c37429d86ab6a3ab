/// Something that every request passes on its way out and every response on its way back.
///
/// Runs once per try, so that a call that is repeated passes it again. It may change the request and the response, or
/// answer by itself without calling `next`. What it throws ends the call as ``APIError/Kind/middleware`` and is never
/// retried; an error of `next` that it lets through is treated as if it were not there.
///
/// ```swift
/// struct TraceHeader: Middleware {
///     func intercept(
///         _ request: HTTPRequest, context: MiddlewareContext,
///         next: @Sendable (HTTPRequest) async throws -> HTTPResponse
///     ) async throws -> HTTPResponse {
///         var request = request
///         request.headers["traceparent"] = currentTraceParent()
///         return try await next(request)
///     }
/// }
/// ```
public protocol Middleware: Sendable {
    /// Handles one try of a call.
    ///
    /// - Parameters:
    ///   - request: The request, complete with its credential. Never log its headers or its body.
    ///   - context: What the call is.
    ///   - next: Sends the request on and returns the response.
    /// - Returns: The response to hand back.
    /// - Throws: What `next` throws, or an error of its own, which ends the call.
    func intercept(
        _ request: HTTPRequest,
        context: MiddlewareContext,
        next: @Sendable (HTTPRequest) async throws -> HTTPResponse
    ) async throws -> HTTPResponse
}
