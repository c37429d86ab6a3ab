/// How a provider authenticates, and the source of the credential.
package struct Authentication: Sendable {
    let scheme: AuthScheme
    /// `nil` for a client that sends no credential, or one that does not change.
    let source: (any CredentialSource)?
    /// A credential that does not change, or what is wrong with it; its header field is built once.
    let fixed: Result<Credential, InvalidInput>?

    package init(scheme: AuthScheme, source: (any CredentialSource)?) {
        self.scheme = scheme
        if let secret = source as? Secret {
            self.source = nil
            fixed = Result { () throws(InvalidInput) in try scheme.credential(secret) }
        } else {
            self.source = source
            fixed = nil
        }
    }
}

/// A credential and the header field that carries it.
struct Credential: Sendable {
    let secret: Secret
    let field: HTTPHeaders.Field
}

/// The header that a provider wants its credential in, and the name of the scheme in front of it.
package struct AuthScheme: Sendable {
    let headerName: String
    /// The scheme's name in front of the credential, such as `Bearer`; `nil` if the credential stands alone.
    private let prefix: String?

    /// The credential alone in a header of its own.
    package static func header(_ name: String) -> AuthScheme {
        AuthScheme(headerName: name, prefix: nil)
    }

    /// `Authorization: <name> <credential>`.
    package static func authorization(_ name: String) -> AuthScheme {
        AuthScheme(headerName: "Authorization", prefix: name)
    }

    /// `Authorization: Bearer <credential>` (RFC 6750, section 2.1).
    package static let bearer = authorization("Bearer")

    /// Why no header can carry a credential, as the end of a sentence, or `nil` if one can. Never shows it.
    package static func problem(inCredential value: String) -> String? {
        if value.isEmpty { return "is empty" }
        if let problem = HTTPHeaders.problem(inValue: value) { return problem }
        let ends = [value.utf8.first, value.utf8.last]
        return ends.contains(UInt8(ascii: " ")) || ends.contains(UInt8(ascii: "\t"))
            ? "begins or ends with white space" : nil
    }

    /// A credential with its header field.
    ///
    /// - Throws: ``InvalidInput`` for a credential that no header can carry. It names the header, not the credential.
    func credential(_ secret: Secret) throws(InvalidInput) -> Credential {
        let value = secret.reveal()
        if let problem = Self.problem(inCredential: value) {
            throw InvalidInput("the credential for the header \(headerName) \(problem)")
        }
        return Credential(
            secret: secret, field: .init(name: headerName, value: prefix.map { "\($0) \(value)" } ?? value))
    }
}
