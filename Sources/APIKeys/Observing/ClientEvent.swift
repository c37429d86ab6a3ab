public import Foundation

/// One step of a call, for logs and metrics.
///
/// Holds nothing that must not be logged: no header value, no query value, no body, no credential and no secret.
///
/// All steps of a call, from ``Step/started`` to ``Step/finished(attempts:status:failure:outcome:)``, have the same
/// ``callID``, by which you can keep a tracing span. With swift-distributed-tracing:
///
/// ```swift
/// configuration.onEvent = { event in
///     switch event.step {
///     case .started: spans.insert(startSpan("\(event.provider).\(event.operation)"), for: event.callID)
///     case .finished: spans.remove(event.callID)?.end()
///     default: spans[event.callID]?.addEvent("\(event.step)")
///     }
/// }
/// ```
public struct ClientEvent: Hashable, Sendable {
    /// A step of a call. Later versions may add cases.
    ///
    /// End a `switch` over all cases with `@unknown default`, and a `switch` over some of them with `default`.
    #if compiler(>=6.2.3) && hasAttribute(nonexhaustive)
        @nonexhaustive
    #endif
    public enum Step: Hashable, Sendable {
        /// The call began.
        case started
        /// An attempt ended. If it failed, `failure` says how, without the server's words: a `.validation` has no
        /// entries.
        case attempt(number: Int, status: Int?, failure: APIError.Kind?)
        /// The call will be repeated after a pause.
        case retry(number: Int, delay: Duration)
        /// The call ended, after this many attempts. If it failed, `failure` says how, and `outcome` whether it may
        /// have taken effect; `outcome` is `nil` for a success and for a call that only reads.
        case finished(attempts: Int, status: Int?, failure: APIError.Kind?, outcome: APIError.Outcome?)
    }

    /// Which step it is.
    public var step: Step
    /// The call's ID, the same in all its steps.
    public var callID: UUID
    /// The provider, such as `Junction`.
    public var provider: String
    /// The operation, such as `createTeamAPIKey`.
    public var operation: String
    /// The method.
    public var method: HTTPMethod
    /// The path with placeholders for values: `/v1/org/{org_id}/team`.
    public var pathTemplate: String
    /// The server's request ID for the last request of the call, if it gave one.
    public var requestID: String?
    /// How long the attempt took, for a step of the kind ``Step/attempt(number:status:failure:)``; how long the call
    /// has taken so far, for the others.
    public var duration: Duration

    /// Creates an event, for use in tests.
    public init(
        step: Step,
        callID: UUID = UUID(),
        provider: String,
        operation: String,
        method: HTTPMethod,
        pathTemplate: String,
        requestID: String? = nil,
        duration: Duration
    ) {
        self.step = step
        self.callID = callID
        self.provider = provider
        self.operation = operation
        self.method = method
        self.pathTemplate = pathTemplate
        self.requestID = requestID
        self.duration = duration
    }
}

extension ClientEvent.Step: CustomStringConvertible {
    /// The step in words: `attempt 2 failed: 503 server`, `retry 1 in 0.5 seconds`.
    public var description: String {
        switch self {
        case .started: "started"
        case .attempt(let number, let status, let failure):
            "attempt \(number) \(Self.end(status, failure))"
        case .retry(let number, let delay): "retry \(number) in \(delay)"
        case .finished(let attempts, let status, let failure, let outcome):
            "\(Self.end(status, failure)) after \(attempts) attempt\(attempts == 1 ? "" : "s")"
                + (outcome.map { ", \($0.explanation)" } ?? "")
        }
    }

    private static func end(_ status: Int?, _ failure: APIError.Kind?) -> String {
        let facts = [status.map(String.init), failure?.label].compactMap { $0 }.joined(separator: " ")
        return (failure == nil ? "succeeded" : "failed") + (facts.isEmpty ? "" : ": \(facts)")
    }
}
