public import APIKeys

extension ImtegrateClient {
    /// Creates an API key.
    ///
    /// `POST /v1/api-keys`. Repeated only if the first request provably was not processed: Imtegrate has no idempotency
    /// key here, and every create issues another key.
    ///
    /// - Parameters:
    ///   - name: The key's name, 2 to 120 characters.
    ///   - scopes: What the key may do; the server's choice by default.
    ///   - environment: The key's environment, ``Imtegrate/Environment/test`` or ``Imtegrate/Environment/live``; the
    ///     server takes `test` by default.
    ///   - options: Settings of this call.
    /// - Returns: The key, its secret in ``Imtegrate/CreatedAPIKey/token``.
    /// - Throws: ``/APIKeys/APIError``; ``/APIKeys/APIError/Kind/invalidRequest(_:)``, with nothing sent, for a value
    ///   that breaks one of these limits. Check ``/APIKeys/APIError/outcome`` before you call again.
    public func createAPIKey(
        name: String,
        scopes: [String]? = nil,
        environment: Imtegrate.Environment? = nil,
        options: RequestOptions = .init()
    ) async throws(APIError) -> Imtegrate.CreatedAPIKey {
        try await client.send(
            .init(
                "createAPIKey", .post, Self.apiKeysPath,
                body: .json(CreateAPIKeyBody(name: name, scopes: scopes, env: environment)),
                safety: .create,
                constraints: [
                    .length(of: "name", name, 2...120),
                    .oneOf("env", environment?.rawValue, [Imtegrate.Environment.test, .live].map(\.rawValue)),
                ],
                reads: .newSecret("token")),
            options: options)
    }

    /// Lists API keys. The list has no pages.
    ///
    /// `GET /v1/api-keys`.
    ///
    /// - Parameter options: Settings of this call.
    /// - Returns: The keys, without their secrets.
    /// - Throws: ``/APIKeys/APIError``.
    public func apiKeys(options: RequestOptions = .init()) async throws(APIError) -> [Imtegrate.APIKey] {
        try await client.send(.init("apiKeys", .get, Self.apiKeysPath, safety: .read, reads: .json), options: options)
    }

    private static var apiKeysPath: RequestPath { ["v1", "api-keys"] }
}

extension ImtegrateClient {
    private struct CreateAPIKeyBody: Encodable {
        let name: String
        let scopes: [String]?
        let env: Imtegrate.Environment?
    }
}
