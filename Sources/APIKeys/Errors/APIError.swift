public import Foundation

/// Why a call failed, and whether the request may have taken effect all the same.
///
/// The only error that a client throws. For a call that creates a key, read ``outcome`` before anything else: after
/// ``Outcome/unknown`` or ``Outcome/processed`` the key may exist, and calling again may create a second one.
///
/// ```swift
/// do throws(APIError) {
///     let key = try await client.createTeamAPIKey(label: "ci", teamID: team, environment: .production, region: .us)
/// } catch {
///     switch error.kind {
///     case .validation(let invalid): print(invalid)
///     case .rateLimited: print("wait for", error.retryAfter ?? .zero)
///     default: print(error)
///     }
/// }
/// ```
///
/// No printed form holds a credential or a created secret. The members ``responseBody``, ``headers``,
/// ``recoveredSecret`` and ``underlying`` are not redacted; never log what they hold.
public struct APIError: Error, Sendable {
    /// What went wrong.
    public var kind: Kind
    /// Whether the server may have carried the request out.
    public var outcome: Outcome
    /// The server's message, or this package's explanation of the failure; `nil` if there is neither. The call's
    /// credentials are redacted, and control characters are escaped.
    public var message: String?
    /// The provider that was called, such as `Junction`.
    public var provider: String
    /// The operation that was called, such as `createTeamAPIKey`.
    public var operation: String
    /// The status of the last response; `nil` if none was read.
    public var status: Int?
    /// The last response's header fields, with unredacted values. Only their names are printed; secrets in names are
    /// redacted.
    public var headers: HTTPHeaders
    /// The server's request ID for the last request: the first of the header fields `x-request-id`, `request-id`,
    /// `x-amzn-requestid` and `cf-ray` that the response has. Quote it to support.
    public var requestID: String?
    /// The call's ID, the same as in its ``ClientEvent``s and in ``MiddlewareContext``; `nil` if no call was made.
    public var callID: UUID?
    /// The server that was called: scheme, host, and the port if the URL names one.
    public var server: String?
    /// How many attempts the call made: each is one request, unless a middleware sends none or several.
    public var attempts: Int
    /// How long the server asked to wait before the next attempt.
    public var retryAfter: Duration?
    /// The last response's body, as far as it arrived; for a call that created something, the body of the successful
    /// response. May hold a secret, and is printed as a count of bytes.
    public var responseBody: Data?
    /// The secret of a new key that the call could not return, because the response did not fit its schema, or did not
    /// arrive whole or in time. Store it: it is shown only once.
    public var recoveredSecret: Secret?
    /// The error behind this one, if there is one. Its own printed form is not redacted.
    public var underlying: (any Error)?
    /// Whether the call only reads, so that it does not matter what the server may have done.
    package var isRead = false
    /// What is likely wrong with the base URL.
    package var hint: String?

    /// Creates an error, for use in tests.
    public init(
        kind: Kind,
        outcome: Outcome,
        message: String? = nil,
        provider: String,
        operation: String,
        status: Int? = nil,
        headers: HTTPHeaders = [:],
        requestID: String? = nil,
        callID: UUID? = nil,
        attempts: Int = 0,
        retryAfter: Duration? = nil,
        responseBody: Data? = nil,
        recoveredSecret: Secret? = nil,
        underlying: (any Error)? = nil,
        server: String? = nil
    ) {
        self.kind = kind
        self.outcome = outcome
        self.message = message
        self.provider = provider
        self.operation = operation
        self.status = status
        self.headers = headers
        self.requestID = requestID
        self.callID = callID
        self.attempts = attempts
        self.retryAfter = retryAfter
        self.responseBody = responseBody
        self.recoveredSecret = recoveredSecret
        self.underlying = underlying
        self.server = server
    }
}

extension APIError: PrintableError, CustomReflectable {
    /// One line: the call, what went wrong, what the server said, and whether the request may have taken effect, which
    /// does not matter for a call that only reads.
    public var description: String {
        var text = "\(provider).\(operation): \(status.map { "\($0) " } ?? "")\(kind.words)"
        switch kind {
        case .credential, .middleware: text += underlying.map { ": \(String(printing: $0))" } ?? ""
        case .network, .timedOut: text += server.map { ": \($0)" } ?? ""
        default: break
        }
        if let message { text += ": \(message)" }
        if let hint { text += ": \(hint)" }
        let isDoubtful = !isRead || underlying is UnresolvedKey
        var facts = isDoubtful ? [outcome.explanation] : []
        if attempts > 1 { facts.append("\(attempts) attempts") }
        if let retryAfter { facts.append("retry after \(retryAfter)") }
        if let requestID { facts.append("request id \(requestID)") }
        if recoveredSecret != nil { facts.append("the new secret is in recoveredSecret") }
        if let unresolved = underlying as? UnresolvedKey { facts.append(unresolved.summary) }
        if !facts.isEmpty { text += " (" + facts.joined(separator: "; ") + ")" }
        return text.escapingControls
    }

    /// A mirror that shows neither the body nor the text of an underlying error from outside this package: both may
    /// hold secrets.
    public var customMirror: Mirror {
        let children: KeyValuePairs<String, Any> = [
            "kind": kind, "outcome": outcome, "message": message as Any, "provider": provider, "operation": operation,
            "status": status as Any, "headers": headers, "requestID": requestID as Any, "callID": callID as Any,
            "server": server as Any, "attempts": attempts,
            "retryAfter": retryAfter as Any, "responseBody": responseBody.map { "\($0.count) bytes" } as Any,
            "recoveredSecret": recoveredSecret as Any, "underlying": underlying.map { String(printing: $0) } as Any,
        ]
        return Mirror(self, children: children, displayStyle: .struct)
    }
}
