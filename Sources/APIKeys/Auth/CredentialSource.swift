/// A source of the credential that a client sends. A ``Secret`` is a source whose credential never changes.
///
/// A client asks once per call, and once more after a 401. Many tasks may ask at the same time. A source must never
/// block its thread: Swift's pool has one thread per processor, and no deadline can be kept while all of them are
/// blocked.
public protocol CredentialSource: Sendable {
    /// The credential to send.
    ///
    /// - Returns: The credential.
    /// - Throws: Any error; the call then ends with ``APIError/Kind/credential``.
    func credential() async throws -> Secret

    /// Tells the source that a server answered 401 to a credential, so that the source does not return it again.
    ///
    /// If ``credential()`` then returns another credential, the call is repeated once, whatever its ``RetryPolicy``.
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
