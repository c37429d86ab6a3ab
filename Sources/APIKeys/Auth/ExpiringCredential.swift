/// A credential that is good for a while, such as an OAuth access token.
public struct ExpiringCredential: Hashable, Sendable {
    /// The credential.
    public var secret: Secret
    /// How long it is good for from now on; `nil` where nobody said.
    public var lifetime: Duration?

    /// Makes a credential.
    ///
    /// - Parameters:
    ///   - secret: The credential.
    ///   - lifetime: How long it is good for from now on; `nil` where nobody said.
    public init(_ secret: Secret, lifetime: Duration?) {
        self.secret = secret
        self.lifetime = lifetime
    }
}
