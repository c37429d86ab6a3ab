/// How a provider wants its credential sent: in which header, and behind which scheme name.
package struct AuthScheme: Sendable {
    package let headerName: String
    /// The scheme's name in front of the credential, such as `Bearer`; `nil` where the credential stands alone.
    package let prefix: String?

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

    /// Why no header can carry a credential, as the end of a sentence, or `nil` where one can. Never shows it.
    package static func problem(inCredential value: String) -> String? {
        if value.isEmpty { return "is empty" }
        if let problem = HTTPHeaders.problem(inValue: value) { return problem }
        let ends = [value.first, value.last]
        return ends.contains(" ") || ends.contains("\t") ? "begins or ends with white space" : nil
    }

    /// The header field for a credential.
    ///
    /// - Throws: ``InvalidInput`` for a credential that no header can carry. It names the header, not the credential.
    package func field(for credential: Secret) throws(InvalidInput) -> HTTPHeaders.Field {
        let value = credential.reveal()
        if let problem = Self.problem(inCredential: value) {
            throw InvalidInput("the credential for the header \(headerName) \(problem)")
        }
        return .init(name: headerName, value: prefix.map { "\($0) \(value)" } ?? value)
    }
}
