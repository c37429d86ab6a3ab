/// A type that sends an HTTP request to a server and returns the response.
///
/// ``URLSessionTransport`` is the default. To use another HTTP library, conform your own type:
///
/// - Return every response, whatever its status; throw only if there is none to return.
/// - Follow no redirect: return the 3xx. A redirect would carry the credential to another host.
/// - Send the request once. The client decides whether and when to repeat it.
/// - Throw ``NetworkFailure`` with ``NetworkFailure/nothingWasSent`` only if no byte of the request was sent: a call
///   that creates a key is then repeated. After any other error, such as a `URLError`, the client assumes that the
///   request may have been processed.
/// - Throw ``APIError`` to end the call with this error. The client fills in its provider, operation and attempts.
/// - If you read a status but not the whole body, return what you read in ``NetworkFailure/partialResponse``.
/// - Return soon after the task is cancelled. The call ends on time in any case, and a late answer is dropped.
/// - Never block the thread: Swift's pool has one thread per processor, and no deadline can be kept while all of them
///   are blocked.
public protocol HTTPTransport: Sendable {
    /// Sends the request and returns the response.
    ///
    /// - Parameter request: The request, complete with its credential. Never log its headers.
    /// - Returns: The response, whatever its status.
    /// - Throws: ``NetworkFailure``, or any other error, if there is no complete response.
    func send(_ request: HTTPRequest) async throws -> HTTPResponse
}
