public import APIKeys

extension BasetenClient {
    /// Creates an API key of a team.
    ///
    /// `POST /v1/teams/{team_id}/api_keys`. Repeated only if the first request provably was not processed: Baseten has
    /// no idempotency key, and every create without a name issues another key.
    ///
    /// - Parameters:
    ///   - teamID: The team.
    ///   - type: What the key may do.
    ///   - name: The key's name, which no other working key may have; none by default.
    ///   - modelIDs: The models that the key is limited to; every model by default. Only with
    ///     ``Baseten/APIKeyCategory/workspaceExportMetrics`` and ``Baseten/APIKeyCategory/workspaceInvoke``.
    ///   - options: Settings of this call.
    /// - Returns: The key: its secret in ``Baseten/APIKey/apiKey``, and nothing else.
    /// - Throws: ``/APIKeys/APIError``; ``/APIKeys/APIError/Kind/invalidRequest(_:)``, with nothing sent, for models
    ///   with another type. Check ``/APIKeys/APIError/outcome`` before you call again.
    public func createTeamAPIKey(
        teamID: String,
        type: Baseten.APIKeyCategory,
        name: String? = nil,
        modelIDs: [String]? = nil,
        options: RequestOptions = .init()
    ) async throws(APIError) -> Baseten.APIKey {
        try await create(
            "createTeamAPIKey", ["v1", "teams", .parameter("team_id", teamID), "api_keys"],
            CreateAPIKeyBody(type: type, name: name, modelIDs: modelIDs, teamID: nil), options)
    }

    /// Creates an API key.
    ///
    /// `POST /v1/api_keys`. Repeated only if the first request provably was not processed.
    ///
    /// - Parameters:
    ///   - type: What the key may do.
    ///   - name: The key's name, which no other working key may have; none by default.
    ///   - modelIDs: The models that the key is limited to; every model by default. Only with
    ///     ``Baseten/APIKeyCategory/workspaceExportMetrics`` and ``Baseten/APIKeyCategory/workspaceInvoke``.
    ///   - teamID: The team, not empty; the server's choice by default.
    ///   - options: Settings of this call.
    /// - Returns: The key: its secret in ``Baseten/APIKey/apiKey``, and nothing else.
    /// - Throws: ``/APIKeys/APIError``; ``/APIKeys/APIError/Kind/invalidRequest(_:)``, with nothing sent, for models
    ///   with another type or an empty team. Check ``/APIKeys/APIError/outcome`` before you call again.
    public func createAPIKey(
        type: Baseten.APIKeyCategory,
        name: String? = nil,
        modelIDs: [String]? = nil,
        teamID: String? = nil,
        options: RequestOptions = .init()
    ) async throws(APIError) -> Baseten.APIKey {
        try await create(
            "createAPIKey", Self.apiKeysPath,
            CreateAPIKeyBody(type: type, name: name, modelIDs: modelIDs, teamID: teamID), options)
    }

    /// Lists API keys. The list has no pages.
    ///
    /// `GET /v1/api_keys`.
    ///
    /// - Parameters:
    ///   - type: What the keys may do; every type by default.
    ///   - createdByMe: Whether to list only keys that the owner of this client's key created; the server's choice by
    ///     default.
    ///   - options: Settings of this call.
    /// - Returns: The keys, without their secrets.
    /// - Throws: ``/APIKeys/APIError``.
    public func apiKeys(
        type: Baseten.APIKeyCategory? = nil,
        createdByMe: Bool? = nil,
        options: RequestOptions = .init()
    ) async throws(APIError) -> [Baseten.APIKeyInfo] {
        try await client.send(
            .init(
                "apiKeys", .get, Self.apiKeysPath,
                query: QueryItem.optional("type", type?.rawValue)
                    + QueryItem.optional("created_by_me", createdByMe.map(String.init)),
                safety: .read, reads: .json(APIKeyList.self, \.keys)),
            options: options)
    }

    /// Deletes an API key: the key stops working.
    ///
    /// `DELETE /v1/api_keys/{api_key_prefix}`.
    ///
    /// - Parameters:
    ///   - prefix: The key's prefix: ``Baseten/APIKeyInfo/prefix`` or ``Baseten/APIKey/prefix``. Never the whole key:
    ///     the prefix is part of the URL, and URLs end up in logs.
    ///   - options: Settings of this call.
    /// - Returns: The prefix of the key that was deleted.
    /// - Throws: ``/APIKeys/APIError``.
    @discardableResult
    public func deleteAPIKey(prefix: String, options: RequestOptions = .init()) async throws(APIError) -> String {
        try await client.send(
            .init(
                "deleteAPIKey", .delete, ["v1", "api_keys", .parameter("api_key_prefix", prefix)],
                safety: .idempotent, reads: .json(DeletedAPIKey.self, \.prefix), valueWhenGone: prefix),
            options: options)
    }

    private static var apiKeysPath: RequestPath { ["v1", "api_keys"] }

    private func create(
        _ name: String, _ path: RequestPath, _ body: CreateAPIKeyBody, _ options: RequestOptions
    ) async throws(APIError) -> Baseten.APIKey {
        let takesModels = [.workspaceExportMetrics, .workspaceInvoke].contains(body.type)
        return try await client.send(
            .init(
                name, .post, path, body: .json(body), safety: .create,
                constraints: [
                    .rule(
                        takesModels || body.modelIDs == nil,
                        "model_ids must go with the type WORKSPACE_EXPORT_METRICS or WORKSPACE_INVOKE only"),
                    .notEmpty("team_id", body.teamID),
                ],
                reads: .newSecret("api_key")),
            options: options)
    }
}

extension BasetenClient {
    private struct CreateAPIKeyBody: Encodable {
        let type: Baseten.APIKeyCategory
        let name: String?
        let modelIDs: [String]?
        let teamID: String?

        enum CodingKeys: String, CodingKey {
            case type, name
            case modelIDs = "model_ids"
            case teamID = "team_id"
        }
    }
}

private struct APIKeyList: Decodable {
    let keys: [Baseten.APIKeyInfo]
}

private struct DeletedAPIKey: Decodable {
    let prefix: String
}
