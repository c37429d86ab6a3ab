package import APIKeys

/// A credential source that hands out the next secret when the server has refused the current one.
package final class Vault: CredentialSource {
    private let secrets: Locked<[Secret]>

    package init(_ secrets: String...) {
        self.secrets = Locked(secrets.map(Secret.init))
    }

    package func credential() throws -> Secret {
        guard let secret = secrets.withLock({ $0.first }) else { throw CancellationError() }
        return secret
    }

    package func invalidate(_ rejected: Secret) {
        secrets.withLock { secrets in
            if secrets.first == rejected { secrets.removeFirst() }
        }
    }
}
