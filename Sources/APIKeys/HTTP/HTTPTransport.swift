/// A transport, which sends one HTTP request to a server and returns the response.
///
/// ``URLSessionTransport`` is the one used by default. To use another HTTP library, conform a type of your own:
///
/// - Return every response, whatever its status; throw only if there is none to return.
/// - Follow no redirect: return the 3xx. A redirect would carry the credential to another host.
/// - Send the request once. The client decides whether and when to repeat it.
/// - Throw ``NetworkFailure`` with ``NetworkFailure/nothingWasSent`` only if no byte of the request was sent: a call
///   that creates a key is then repeated. Any other error, a `URLError` included, counts as one after which the request
///   may have been processed.
/// - Throw ``APIError`` to end the call with that very error; its provider, operation and attempts are filled in.
/// - If a status was read and the body was not, put what was read in ``NetworkFailure/partialResponse``.
/// - End soon when the task is cancelled. A call returns on time in any case; a transport that goes on keeps its own
///   resources busy, and its late answer is dropped.
/// - Never block the thread: a deadline can't be kept while the threads of Swift's pool, as many as there are
///   processors, are blocked.
public protocol HTTPTransport: Sendable {
    /// Sends the request and returns the response.
    ///
    /// - Parameter request: The request, complete with its credential. Never log its headers.
    /// - Returns: The response, whatever its status.
    /// - Throws: ``NetworkFailure``, or any other error, if there is no whole response.
    func send(_ request: HTTPRequest) async throws -> HTTPResponse
}
