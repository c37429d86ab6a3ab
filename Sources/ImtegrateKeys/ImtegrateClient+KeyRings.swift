public import APIKeys

extension ImtegrateClient {
    /// The API keys of one set of scopes and one environment, to create exactly once.
    ///
    /// Imtegrate publishes no call that revokes a key: a key whose answer was lost cannot be replaced.
    ///
    /// - Parameters:
    ///   - scopes: What the keys may do; the server's choice by default.
    ///   - environment: The environment that the keys grant access to; the server takes `test` by default.
    /// - Returns: The ring. Nothing is sent.
    public func keyRing(scopes: [String]? = nil, environment: Imtegrate.Environment? = nil) -> some KeyRing {
        Ring(imtegrate: self, scopes: scopes, environment: environment)
    }
}

private struct Ring: ProviderKeyRing {
    let imtegrate: ImtegrateClient
    let scopes: [String]?
    let environment: Imtegrate.Environment?

    var provider: String { ImtegrateClient.provider }
    var maximumLabelLength: Int? { 120 }
    var account: AnyHashable { imtegrate.client.account }
    var configuration: ClientConfiguration { imtegrate.client.ringConfiguration }
    var place: String { imtegrate.client.place([]) }

    func create(label: String, options: RequestOptions) async throws(APIError) -> IssuedKey {
        let key = try await imtegrate.createAPIKey(
            name: label, scopes: scopes, environment: environment, options: options)
        return IssuedKey(id: key.id.wireValue, label: label, secret: key.token, createdAt: key.createdAt)
    }

    func keys(options: RequestOptions) async throws(APIError) -> [ListedKey] {
        try await imtegrate.apiKeys(options: options).filter { $0.revokedAt == nil }
            .map { ListedKey(id: $0.id.wireValue, label: $0.name, createdAt: $0.createdAt) }
    }
}
