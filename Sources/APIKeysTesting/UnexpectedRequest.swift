import APIKeys

/// A request that a ``MockTransport`` has no answer for.
public struct UnexpectedRequest: Error, CustomStringConvertible {
    /// The request's method and its URL without the query.
    public let description: String

    init(_ request: HTTPRequest) {
        description = "No answer is left for \(request)"
    }
}
