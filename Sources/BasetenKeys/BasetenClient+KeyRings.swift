public import APIKeys

extension BasetenClient {
    /// The API keys of one type, to create exactly once, rotate and provision them.
    ///
    /// A key's ID is its prefix. The list holds the keys of all teams.
    ///
    /// - Parameters:
    ///   - type: What the keys may do.
    ///   - modelIDs: The models that the keys are limited to; every model by default. Only with
    ///     ``Baseten/APIKeyCategory/workspaceExportMetrics`` and ``Baseten/APIKeyCategory/workspaceInvoke``.
    ///   - teamID: The team that the keys are created in; the server's choice by default.
    /// - Returns: The ring. Nothing is sent.
    public func keyRing(
        type: Baseten.APIKeyCategory, modelIDs: [String]? = nil, teamID: String? = nil
    ) -> some RevocableKeyRing {
        Ring(baseten: self, type: type, modelIDs: modelIDs, teamID: teamID)
    }
}

private struct Ring: RevocableKeyRing, ProviderKeyRing {
    let baseten: BasetenClient
    let type: Baseten.APIKeyCategory
    let modelIDs: [String]?
    let teamID: String?

    var provider: String { BasetenClient.provider }
    var maximumLabelLength: Int? { nil }
    var account: AnyHashable { baseten.client.account }
    var configuration: ClientConfiguration { baseten.client.ringConfiguration }
    var place: String { baseten.client.place([type.rawValue]) }

    func create(label: String, options: RequestOptions) async throws(APIError) -> IssuedKey {
        let key: Baseten.APIKey
        if let teamID {
            key = try await baseten.createTeamAPIKey(
                teamID: teamID, type: type, name: label, modelIDs: modelIDs, options: options)
        } else {
            key = try await baseten.createAPIKey(type: type, name: label, modelIDs: modelIDs, options: options)
        }
        return IssuedKey(id: key.prefix, label: label, secret: key.apiKey)
    }

    func keys(options: RequestOptions) async throws(APIError) -> [ListedKey] {
        try await baseten.apiKeys(type: type, options: options).map { ListedKey(id: $0.prefix, label: $0.name) }
    }

    func revoke(id: String, options: RequestOptions) async throws(APIError) {
        let operation = "deleteAPIKey"
        try await revoke(id: id, options: options, operation: operation) { () throws(APIError) in
            let prefix = try await baseten.deleteAPIKey(prefix: id, options: options)
            // The request succeeded, and says that it deleted another key. The list knows what became of this one.
            guard prefix == id else {
                throw contradiction(operation, outcome: .unknown, "Baseten deleted the key \(prefix), not \(id)")
            }
        }
    }
}
