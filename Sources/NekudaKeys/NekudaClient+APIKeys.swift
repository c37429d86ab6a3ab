public import APIKeys

extension NekudaClient {
    /// Creates an API key.
    ///
    /// `POST /api/v2/api-keys/`. Repeated only if the first request provably was not processed: nekuda has no
    /// idempotency key, and every create issues another key.
    ///
    /// - Parameters:
    ///   - name: The key's name, 1 to 100 characters.
    ///   - description: What the key is for, at most 255 characters; nothing by default.
    ///   - options: Settings of this call.
    /// - Returns: The key, its secret in ``Nekuda/CreatedAPIKey/privateKey``.
    /// - Throws: ``/APIKeys/APIError``; ``/APIKeys/APIError/Kind/invalidRequest(_:)``, with nothing sent, for a text
    ///   that breaks its limit. Check ``/APIKeys/APIError/outcome`` before you call again.
    public func createAPIKey(
        name: String,
        description: String? = nil,
        options: RequestOptions = .init()
    ) async throws(APIError) -> Nekuda.CreatedAPIKey {
        try await client.send(
            .init(
                "createAPIKey", .post, Self.collectionPath,
                body: .json(["name": name, "description": description].compactMapValues(\.self)), safety: .create,
                constraints: [.length(of: "name", name, 1...100), .length(of: "description", description, 0...255)],
                reads: .newSecret("private_key")),
            options: options)
    }

    /// Lists API keys. The list has no pages.
    ///
    /// `GET /api/v2/api-keys/`.
    ///
    /// - Parameter options: Settings of this call.
    /// - Returns: The keys, without their secrets.
    /// - Throws: ``/APIKeys/APIError``.
    public func apiKeys(options: RequestOptions = .init()) async throws(APIError) -> [Nekuda.APIKey] {
        try await client.send(
            .init("apiKeys", .get, Self.collectionPath, safety: .read, reads: .json), options: options)
    }

    /// Gets an API key.
    ///
    /// `GET /api/v2/api-keys/{key_id}`.
    ///
    /// - Parameters:
    ///   - id: The key.
    ///   - options: Settings of this call.
    /// - Returns: The key, without its secret.
    /// - Throws: ``/APIKeys/APIError``.
    public func apiKey(id: String, options: RequestOptions = .init()) async throws(APIError) -> Nekuda.APIKey {
        try await client.send(.init("apiKey", .get, Self.path(id), safety: .read, reads: .json), options: options)
    }

    /// Revokes an API key: the key stops working. This can't be undone.
    ///
    /// `PUT /api/v2/api-keys/{key_id}/revoke`.
    ///
    /// - Parameters:
    ///   - id: The key.
    ///   - options: Settings of this call.
    /// - Returns: The revoked key.
    /// - Throws: ``/APIKeys/APIError``.
    @discardableResult
    public func revokeAPIKey(
        id: String,
        options: RequestOptions = .init()
    ) async throws(APIError) -> Nekuda.RevokedAPIKey {
        try await client.send(
            .init("revokeAPIKey", .put, Self.path(id, "revoke"), safety: .idempotent, reads: .json), options: options)
    }

    /// Deletes an API key: the key stops working. This can't be undone.
    ///
    /// `DELETE /api/v2/api-keys/{key_id}`.
    ///
    /// - Parameters:
    ///   - id: The key.
    ///   - options: Settings of this call.
    /// - Throws: ``/APIKeys/APIError``.
    public func deleteAPIKey(id: String, options: RequestOptions = .init()) async throws(APIError) {
        try await client.send(
            .init(
                "deleteAPIKey", .delete, Self.path(id), safety: .idempotent, reads: .nothing, valueWhenGone: ()),
            options: options)
    }

    /// The collection's path ends in a slash and an item's doesn't; nekuda redirects the other forms.
    private static var collectionPath: RequestPath {
        RequestPath(["api", "v2", "api-keys"], endsInSlash: true)
    }

    private static func path(_ id: String, _ more: RequestPath.Segment...) -> RequestPath {
        RequestPath(["api", "v2", "api-keys", .parameter("key_id", id)] + more)
    }
}
