/// A source of credentials, which a client asks for each call. A ``Secret`` is one that does not change.
///
/// It is asked once per call, and once more after a 401. A source that caches has to be safe to ask from many tasks at
/// once, and none may block its thread: a deadline can't be kept while the threads of Swift's pool, as many as there
/// are processors, are blocked.
public protocol CredentialSource: Sendable {
    /// The credential to send.
    ///
    /// - Returns: The credential.
    /// - Throws: Any error; the call then ends with ``APIError/Kind/credential``.
    func credential() async throws -> Secret

    /// Tells the source that a server answered 401 to this credential, so that it is not handed out again.
    ///
    /// The call is repeated once if ``credential()`` then hands out another one, whatever its ``RetryPolicy``.
    ///
    /// - Parameter rejected: The credential that was refused.
    func invalidate(_ rejected: Secret) async
}

/// A credential that expires, such as an OAuth access token.
public struct ExpiringCredential: Hashable, Sendable {
    /// The credential.
    public var secret: Secret
    /// Remaining lifetime; `nil` if unknown.
    public var lifetime: Duration?

    /// Creates a credential.
    ///
    /// - Parameters:
    ///   - secret: The credential.
    ///   - lifetime: Remaining lifetime; `nil` if unknown.
    public init(_ secret: Secret, lifetime: Duration?) {
        self.secret = secret
        self.lifetime = lifetime
    }
}
