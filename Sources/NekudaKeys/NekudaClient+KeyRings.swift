public import APIKeys

extension NekudaClient {
    /// The API keys of the organization, to create exactly once, rotate and provision them.
    ///
    /// - Parameter description: What the keys are for, at most 255 characters; nothing by default.
    /// - Returns: The ring. Nothing is sent.
    public func keyRing(description: String? = nil) -> some RevocableKeyRing {
        client.keyRing(maximumLabelLength: 100) { label, options throws(APIError) in
            let key = try await createAPIKey(name: label, description: description, options: options)
            return IssuedKey(id: key.id, label: label, secret: key.privateKey, createdAt: key.createdAt)
        } list: { options throws(APIError) in
            try await apiKeys(options: options).filter { !$0.isRevoked }
                .map { ListedKey(id: $0.id, label: $0.name, createdAt: $0.createdAt) }
        } revoke: { id, options throws(APIError) in
            if try await revokeAPIKey(id: id, options: options).isRevoked { return }
            throw client.error(.conflict, "revokeAPIKey", message: "nekuda did not revoke the key \(id)")
        }
    }
}
