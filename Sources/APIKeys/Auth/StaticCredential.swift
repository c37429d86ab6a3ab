/// A credential that does not change, such as an API key.
package struct StaticCredential: CredentialSource, Hashable {
    private let secret: Secret

    package init(_ secret: Secret) {
        self.secret = secret
    }

    package func credential() -> Secret { secret }

    package func invalidate(_ rejected: Secret) {}
}
