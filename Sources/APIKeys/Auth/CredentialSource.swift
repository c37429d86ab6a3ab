/// Where a client gets the credential for its next request.
///
/// Asked once per call, and once more after a 401. A source that caches has to be safe to ask from many tasks at once.
public protocol CredentialSource: Sendable {
    /// The credential to send.
    ///
    /// - Returns: The credential.
    /// - Throws: Any error; the call then ends with ``APIError/Kind/credential``.
    func credential() async throws -> Secret

    /// Tells the source that a server answered 401 to this credential, so that it is not handed out again.
    ///
    /// The call is repeated once where ``credential()`` then hands out another one.
    ///
    /// - Parameter rejected: The credential that was refused.
    func invalidate(_ rejected: Secret) async
}
