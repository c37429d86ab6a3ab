public import APIKeys

extension NekudaClient {
    /// The API keys of the organization, to create exactly once, rotate and provision them.
    ///
    /// - Parameter description: What the keys are for, at most 255 characters; nothing by default.
    /// - Returns: The ring. Nothing is sent.
    public func keyRing(description: String? = nil) -> some RevocableKeyRing {
        Ring(nekuda: self, description: description)
    }
}

private struct Ring: RevocableKeyRing, ProviderKeyRing {
    let nekuda: NekudaClient
    let description: String?

    var provider: String { NekudaClient.provider }
    var maximumLabelLength: Int? { 100 }
    var account: AnyHashable { nekuda.client.account }
    var configuration: ClientConfiguration { nekuda.client.ringConfiguration }
    var place: String { nekuda.client.place([]) }

    func create(label: String, options: RequestOptions) async throws(APIError) -> IssuedKey {
        let key = try await nekuda.createAPIKey(name: label, description: description, options: options)
        return IssuedKey(id: key.id, label: label, secret: key.privateKey, createdAt: key.createdAt)
    }

    func keys(options: RequestOptions) async throws(APIError) -> [ListedKey] {
        try await nekuda.apiKeys(options: options).filter { !$0.isRevoked }
            .map { ListedKey(id: $0.id, label: $0.name, createdAt: $0.createdAt) }
    }

    func revoke(id: String, options: RequestOptions) async throws(APIError) {
        let operation = "revokeAPIKey"
        try await revoke(id: id, options: options, operation: operation) { () throws(APIError) in
            let answer = try await nekuda.revokeAPIKey(id: id, options: options)
            guard answer.isRevoked else { throw contradiction(operation, "nekuda did not revoke the key \(id)") }
        }
    }
}
