/// What a ``Middleware`` is told of the call that it handles.
public struct MiddlewareContext: Hashable, Sendable {
    /// The provider, such as `Junction`.
    public var provider: String
    /// The operation, such as `createTeamAPIKey`.
    public var operation: String
    /// The path with names in place of values: `/v1/org/{org_id}/team`.
    public var pathTemplate: String
    /// Which try of the call this is, counted from 1.
    public var attempt: Int
    /// How long the call may still take, as this try begins.
    public var remainingTime: Duration

    /// Makes a context, to test a middleware with.
    ///
    /// - Parameters:
    ///   - provider: The provider.
    ///   - operation: The operation.
    ///   - pathTemplate: The path with names in place of values.
    ///   - attempt: Which try of the call this is.
    ///   - remainingTime: How long the call may still take.
    public init(provider: String, operation: String, pathTemplate: String, attempt: Int, remainingTime: Duration) {
        self.provider = provider
        self.operation = operation
        self.pathTemplate = pathTemplate
        self.attempt = attempt
        self.remainingTime = remainingTime
    }
}
