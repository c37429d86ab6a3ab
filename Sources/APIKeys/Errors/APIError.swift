public import Foundation

/// Why a call failed, and whether the request may have taken effect all the same.
///
/// The only error that a client throws. For a call that creates a key, read ``outcome`` before anything else: after
/// ``Outcome/unknown`` or ``Outcome/processed`` the key may exist, and calling again may make a second one.
///
/// ```swift
/// do throws(APIError) {
///     let key = try await client.createTeamAPIKey(label: "ci", teamID: team, environment: .production, region: .us)
/// } catch {
///     switch error.kind {
///     case .validation(let invalid): print(invalid)
///     case .rateLimited: print("try again in", error.retryAfter ?? .zero)
///     default: print(error)
///     }
/// }
/// ```
///
/// No printed form holds a credential or a created secret. The members ``responseBody``, ``recoveredSecret`` and
/// ``underlying`` hold what they hold, for whoever reads them on purpose.
public struct APIError: Error, Sendable {
    /// What went wrong.
    public var kind: Kind
    /// Whether the server may have carried the request out.
    public var outcome: Outcome
    /// What the server said, in its own words and without the call's credential; `nil` where it said nothing readable.
    public var message: String?
    /// The provider that was called, such as `Junction`.
    public var provider: String
    /// The operation that was called, such as `createTeamAPIKey`.
    public var operation: String
    /// The status of the last response, or `nil` where none was read.
    public var status: Int?
    /// The server's name for the last request, to quote to its support.
    public var requestID: String?
    /// How many tries the call made: each is one request, unless a middleware makes it none or more.
    public var attempts: Int
    /// How long the server asked to wait before the next try.
    public var retryAfter: Duration?
    /// The last response's body as it came, whole or as far as it came. Printed as a count of bytes; may hold a secret.
    public var responseBody: Data?
    /// The new secret, where a key was created and its response could not be read as its schema says. Store it: it is
    /// shown once.
    public var recoveredSecret: Secret?
    /// The error behind this one, where there is one. Its own printed form is not redacted.
    public var underlying: (any Error)?

    /// Makes an error.
    ///
    /// - Parameters:
    ///   - kind: What went wrong.
    ///   - outcome: Whether the server may have carried the request out.
    ///   - message: What the server said.
    ///   - provider: The provider that was called.
    ///   - operation: The operation that was called.
    ///   - status: The status of the last response.
    ///   - requestID: The server's name for the last request.
    ///   - attempts: How many tries the call made.
    ///   - retryAfter: How long the server asked to wait.
    ///   - responseBody: The last response's body.
    ///   - recoveredSecret: The new secret, where one was found in a response that could not be read.
    ///   - underlying: The error behind this one.
    public init(
        kind: Kind,
        outcome: Outcome,
        message: String? = nil,
        provider: String,
        operation: String,
        status: Int? = nil,
        requestID: String? = nil,
        attempts: Int = 0,
        retryAfter: Duration? = nil,
        responseBody: Data? = nil,
        recoveredSecret: Secret? = nil,
        underlying: (any Error)? = nil
    ) {
        self.kind = kind
        self.outcome = outcome
        self.message = message
        self.provider = provider
        self.operation = operation
        self.status = status
        self.requestID = requestID
        self.attempts = attempts
        self.retryAfter = retryAfter
        self.responseBody = responseBody
        self.recoveredSecret = recoveredSecret
        self.underlying = underlying
    }
}
