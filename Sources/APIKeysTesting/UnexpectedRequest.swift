import APIKeys

/// A request that a ``MockTransport`` has no answer for.
///
/// Ends the call at once, without retries, as an `APIError` of the kind `invalidRequest` whose text names the request
/// and what was expected. This is its `underlying`.
public struct UnexpectedRequest: Error, CustomStringConvertible {
    /// The request's method and URL, without the query, and what was expected in its place.
    public let description: String

    init(_ request: HTTPRequest, expected: String) {
        description = "unexpected request: \(request); expected: \(expected)"
    }
}
