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
        client.keyRing(at: type.rawValue) { label, options throws(APIError) in
            let key: Baseten.APIKey
            if let teamID {
                key = try await createTeamAPIKey(
                    teamID: teamID, type: type, name: label, modelIDs: modelIDs, options: options)
            } else {
                key = try await createAPIKey(type: type, name: label, modelIDs: modelIDs, options: options)
            }
            return IssuedKey(id: key.prefix, label: label, secret: key.apiKey)
        } list: { options throws(APIError) in
            try await apiKeys(type: type, options: options).map { ListedKey(id: $0.prefix, label: $0.name) }
        } revoke: { id, options throws(APIError) in
            let prefix = try await deleteAPIKey(prefix: id, options: options)
            if prefix == id { return }
            // The request succeeded, and says that it deleted another key. The list knows what became of this one.
            throw client.error(
                .conflict, "deleteAPIKey", outcome: .unknown, message: "Baseten deleted the key \(prefix), not \(id)")
        }
    }
}
