/// One step of a call, for logs and metrics.
///
/// Holds nothing that must not be logged: no header value, no query value, no body, no credential and no secret.
public struct ClientEvent: Hashable, Sendable {
    /// Which step of the call it is. Later versions may add cases: keep a `default` in a `switch`.
    #if hasAttribute(nonexhaustive)
        @nonexhaustive
    #endif
    public enum Step: Hashable, Sendable {
        /// The call began.
        case started
        /// A try ended. Where it failed, `failure` says how.
        case attempt(number: Int, status: Int?, failure: String?)
        /// The call will be repeated after a pause.
        case retry(number: Int, delay: Duration)
        /// The call ended, after this many tries. Where it failed, `failure` says how, and `outcome` whether it may have
        /// taken effect all the same.
        case finished(attempts: Int, status: Int?, failure: String?, outcome: APIError.Outcome?)
    }

    /// Which step it is.
    public var step: Step
    /// The provider, such as `Junction`.
    public var provider: String
    /// The operation, such as `createTeamAPIKey`.
    public var operation: String
    /// The method.
    public var method: HTTPMethod
    /// The path with names in place of values: `/v1/org/{org_id}/team`.
    public var pathTemplate: String
    /// The server's name for the last request of the call, where it gave one.
    public var requestID: String?
    /// How long the step took: for an attempt the try, for the others the call so far.
    public var duration: Duration

    /// Makes an event, to test a receiver with.
    ///
    /// - Parameters:
    ///   - step: Which step it is.
    ///   - provider: The provider.
    ///   - operation: The operation.
    ///   - method: The method.
    ///   - pathTemplate: The path with names in place of values.
    ///   - requestID: The server's name for the last request of the call.
    ///   - duration: How long the step took.
    public init(
        step: Step,
        provider: String,
        operation: String,
        method: HTTPMethod,
        pathTemplate: String,
        requestID: String? = nil,
        duration: Duration
    ) {
        self.step = step
        self.provider = provider
        self.operation = operation
        self.method = method
        self.pathTemplate = pathTemplate
        self.requestID = requestID
        self.duration = duration
    }
}
