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
        client.keyRing(maximumLabelLength: 120) { label, options throws(APIError) in
            let key = try await createAPIKey(name: label, scopes: scopes, environment: environment, options: options)
            return IssuedKey(id: key.id.wireValue, label: label, secret: key.token, createdAt: key.createdAt)
        } list: { options throws(APIError) in
            try await apiKeys(options: options).filter { $0.revokedAt == nil }
                .map { ListedKey(id: $0.id.wireValue, label: $0.name, createdAt: $0.createdAt) }
        }
    }
}
