/// A provider's way of authentication together with where the credential comes from.
package struct Authentication: Sendable {
    package let scheme: AuthScheme
    /// `nil` for a client that sends no credential.
    package let source: (any CredentialSource)?

    package init(scheme: AuthScheme, source: (any CredentialSource)?) {
        self.scheme = scheme
        self.source = source
    }

    package init(scheme: AuthScheme, secret: Secret?) {
        self.init(scheme: scheme, source: secret.map(StaticCredential.init))
    }
}
