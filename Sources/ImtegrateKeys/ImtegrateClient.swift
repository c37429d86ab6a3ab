public import APIKeys

/// Creates and lists the API keys of an Imtegrate organization. Revoking one is a dashboard action there.
///
/// ```swift
/// let imtegrate = ImtegrateClient(token: Secret(token))
/// let key = try await imtegrate.createAPIKey(name: "ci", scopes: ["events:read"], environment: .test)
/// try await vault.store(key.token.reveal())
/// ```
///
/// A client is a value without state of its own: make one and share it between tasks.
///
/// Source: the OpenAPI document "Imtegrate API" dev.
public struct ImtegrateClient: Sendable {
    let client: APIClient

    static let provider = "Imtegrate"

    /// Makes a client. Nothing is sent or checked before the first call.
    ///
    /// - Parameters:
    ///   - token: The token (`ik_live_…` or `ik_test_…`), sent as `Authorization: Bearer`. Without one no such header is
    ///     sent: the API leaves it optional.
    ///   - configuration: Further settings. The base URL is `https://api.imtegrate.com` by default.
    ///   - transport: What carries the requests.
    public init(
        token: Secret?,
        configuration: ClientConfiguration = .init(),
        transport: any HTTPTransport = URLSessionTransport.shared
    ) {
        self.client = APIClient(
            provider: Self.provider,
            defaultBaseURL: "https://api.imtegrate.com",
            authentication: Authentication(scheme: .bearer, secret: token),
            configuration: configuration,
            transport: transport
        )
    }
}
