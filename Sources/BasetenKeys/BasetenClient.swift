public import APIKeys

/// Manages the API keys of a Baseten workspace, over Baseten's management API.
///
/// ```swift
/// let baseten = BasetenClient(apiKey: Secret(apiKey))
/// let key = try await baseten.createTeamAPIKey(teamID: "abc", type: .workspaceInvoke, name: "ci")
/// try await vault.store(key.apiKey.reveal())
/// ```
///
/// A client is a value without state of its own: make one and share it between tasks.
///
/// Source: the OpenAPI document "Baseten management API" 1.0.0, <https://docs.baseten.co/reference/management-api>.
public struct BasetenClient: Sendable {
    let client: APIClient

    static let provider = "Baseten"

    /// Makes a client. Nothing is sent or checked before the first call.
    ///
    /// - Parameters:
    ///   - apiKey: The API key that manages the others.
    ///   - authorization: The scheme that the key is sent with: `Api-Key` by default.
    ///   - configuration: Further settings. The base URL is `https://api.baseten.co` by default.
    ///   - transport: What carries the requests.
    public init(
        apiKey: Secret,
        authorization: Baseten.Authorization = .apiKey,
        configuration: ClientConfiguration = .init(),
        transport: any HTTPTransport = URLSessionTransport.shared
    ) {
        self.client = APIClient(
            provider: Self.provider,
            defaultBaseURL: "https://api.baseten.co",
            authentication: Authentication(scheme: authorization.scheme, secret: apiKey),
            configuration: configuration,
            transport: transport
        )
    }
}
