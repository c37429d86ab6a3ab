import Foundation

extension APIClient {
    /// A ring of this client's keys. The parts say what its list is limited to, for its ``KeyRing/place``.
    package func keyRing(
        at parts: String?...,
        maximumLabelLength: Int? = nil,
        create: @escaping @Sendable (_ label: String, _ options: RequestOptions) async throws(APIError) -> IssuedKey,
        list: @escaping @Sendable (_ options: RequestOptions) async throws(APIError) -> [ListedKey]
    ) -> some KeyRing {
        ClientKeyRing(
            client: self, place: place(parts), maximumLabelLength: maximumLabelLength, creation: create, listing: list,
            revocation: NoRevocation())
    }

    /// A ring of this client's keys, which can be revoked. The list decides if `revoke` throws a
    /// ``APIError/Kind/notFound``.
    package func keyRing(
        at parts: String?...,
        maximumLabelLength: Int? = nil,
        create: @escaping @Sendable (_ label: String, _ options: RequestOptions) async throws(APIError) -> IssuedKey,
        list: @escaping @Sendable (_ options: RequestOptions) async throws(APIError) -> [ListedKey],
        revoke: @escaping @Sendable (_ id: String, _ options: RequestOptions) async throws(APIError) -> Void
    ) -> some RevocableKeyRing {
        ClientKeyRing(
            client: self, place: place(parts), maximumLabelLength: maximumLabelLength, creation: create, listing: list,
            revocation: Revocation(send: revoke))
    }

    /// The provider, the server if it is not the provider's own, and what the list is limited to. Holds no secret.
    private func place(_ parts: [String?]) -> String {
        var server: String?
        if let baseURL = configuration.baseURL {
            let port = baseURL.port.map { ":\($0)" } ?? ""
            let path = baseURL.pathComponents.filter { $0 != "/" }.map { "/\($0)" }.joined()
            server = "\(baseURL.scheme ?? "")://\(baseURL.host() ?? "")\(port)".lowercased() + path
        }
        return ([provider, server] + parts).compactMap { $0 }.joined(separator: " ")
    }

    /// Tells clients with different credentials apart within this process. A credential source that cannot be compared
    /// is told apart by its client.
    fileprivate var account: AnyHashable {
        if case .success(let credential) = authentication.fixed { return AnyHashable(credential.secret) }
        return switch authentication.source {
        case let source? where type(of: source) is AnyClass: AnyHashable(ObjectIdentifier(source as AnyObject))
        default: AnyHashable(ObjectIdentifier(self))
        }
    }
}

/// The ring of a provider's client.
private struct ClientKeyRing<Revoking: Sendable>: KeyRing {
    let client: APIClient
    let place: String
    let maximumLabelLength: Int?
    let creation: @Sendable (String, RequestOptions) async throws(APIError) -> IssuedKey
    let listing: @Sendable (RequestOptions) async throws(APIError) -> [ListedKey]
    let revocation: Revoking

    var provider: String { client.provider }
    var account: AnyHashable { client.account }
    var clock: any Clock<Duration> { client.configuration.clock }

    func create(label: String, options: RequestOptions) async throws(APIError) -> IssuedKey {
        try await creation(label, options)
    }

    func keys(options: RequestOptions) async throws(APIError) -> [ListedKey] { try await listing(options) }
}

extension ClientKeyRing: RevocableKeyRing where Revoking == Revocation {
    func revoke(id: String, options: RequestOptions) async throws(APIError) {
        do throws(APIError) {
            try await revocation.send(id, options)
        } catch let failure {
            guard failure.kind == .notFound else { throw failure }
            guard try await keys(options: options).contains(where: { $0.hasID(id) }) else { return }
            throw error(
                .conflict, failure.operation, outcome: .unknown,
                message: "the server did not find the key \(id), but lists it")
        }
    }
}

/// How a ring revokes. A struct, since older systems cannot tell the types of such closures apart when the program
/// runs.
private struct Revocation: Sendable {
    let send: @Sendable (String, RequestOptions) async throws(APIError) -> Void
}

/// Stands for a provider that publishes no call to revoke a key.
private struct NoRevocation: Sendable {}

extension ClientKeyRing: Opaque {}
