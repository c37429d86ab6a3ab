import APIKeys

/// A request that a ``MockTransport`` has no answer for. A call ends with it as `APIError.underlying`.
public struct UnexpectedRequest: Error, CustomStringConvertible {
    /// The request's method and URL, without the query, and what was expected in its place.
    public let description: String

    init(_ request: HTTPRequest, expected: String) {
        description = "unexpected request: \(request); expected: \(expected)"
    }
}
