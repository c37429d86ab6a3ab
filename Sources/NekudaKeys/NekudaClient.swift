public import APIKeys

/// Manages the API keys of a nekuda organization, over version 2 of nekuda's API.
///
/// ```swift
/// let nekuda = NekudaClient(token: Secret(token))
/// let key = try await nekuda.createAPIKey(name: "ci")
/// try await vault.store(key.privateKey.reveal())
/// ```
///
/// A client is a value without state of its own: make one and share it between tasks.
///
/// Source: nekuda's reference, "API keys", v2.
public struct NekudaClient: Sendable {
    let client: APIClient

    static let provider = "nekuda"

    /// Makes a client. Nothing is sent or checked before the first call.
    ///
    /// - Parameters:
    ///   - credentials: Where the token comes from, a JWT of Auth0's, sent as `Authorization: Bearer`. Such a token is
    ///     good for hours: a source can get the next one.
    ///   - configuration: Further settings. The base URL is `https://api.nekuda.ai` by default;
    ///     `https://staging-api.nekuda.ai` can be set.
    ///   - transport: What carries the requests.
    public init(
        credentials: any CredentialSource,
        configuration: ClientConfiguration = .init(),
        transport: any HTTPTransport = URLSessionTransport.shared
    ) {
        self.init(
            Authentication(scheme: .bearer, source: credentials), configuration: configuration, transport: transport)
    }

    /// Makes a client with a token that does not change. Nothing is sent or checked before the first call.
    ///
    /// - Parameters:
    ///   - token: The token, a JWT of Auth0's, sent as `Authorization: Bearer`. Calls fail once it has expired.
    ///   - configuration: Further settings. The base URL is `https://api.nekuda.ai` by default;
    ///     `https://staging-api.nekuda.ai` can be set.
    ///   - transport: What carries the requests.
    public init(
        token: Secret,
        configuration: ClientConfiguration = .init(),
        transport: any HTTPTransport = URLSessionTransport.shared
    ) {
        self.init(Authentication(scheme: .bearer, secret: token), configuration: configuration, transport: transport)
    }

    private init(
        _ authentication: Authentication, configuration: ClientConfiguration, transport: any HTTPTransport
    ) {
        self.client = APIClient(
            provider: Self.provider,
            defaultBaseURL: "https://api.nekuda.ai",
            authentication: authentication,
            configuration: configuration,
            transport: transport
        )
    }
}
