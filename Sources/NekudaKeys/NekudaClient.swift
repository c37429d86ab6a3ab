public import APIKeys
@_exported public import APIKeysExports
public import Foundation

/// Manages the API keys of a nekuda organization, over version 2 of nekuda's API.
///
/// ```swift
/// let nekuda = NekudaClient(token: Secret(token))
/// let key = try await nekuda.createAPIKey(name: "ci")
/// try await vault.put(key.privateKey, for: "ci")
/// ```
///
/// A client is a value without state of its own: create one and share it between tasks.
///
/// Source: nekuda's reference, "API keys", v2.
public struct NekudaClient: Sendable {
    let client: APIClient

    static let provider = "nekuda"

    /// Creates a client. Sends nothing.
    ///
    /// - Parameters:
    ///   - token: The token, a JWT from Auth0 that expires after hours, sent as `Authorization: Bearer`: a
    ///     ``/APIKeys/Secret``, with which calls fail once it has expired, or a source that replaces it, such as
    ///     ``/APIKeys/OAuthClientCredentials``.
    ///   - configuration: Further settings. The base URL is `https://api.nekuda.ai` by default;
    ///     `https://staging-api.nekuda.ai` can be set.
    ///   - transport: The transport that sends the requests.
    public init(
        token: any CredentialSource,
        configuration: ClientConfiguration = .init(),
        transport: any HTTPTransport = URLSessionTransport.shared
    ) {
        self.client = APIClient(
            provider: Self.provider,
            defaultBaseURL: "https://api.nekuda.ai",
            authentication: Authentication(scheme: .bearer, source: token),
            configuration: configuration,
            transport: transport)
    }

    /// Creates a client from environment variables. Sends nothing.
    ///
    /// `NEKUDA_TOKEN` is required. `NEKUDA_BASE_URL` is used if it is set and the configuration has no base URL.
    ///
    /// - Parameters:
    ///   - processEnvironment: The variables; the process's own by default.
    ///   - configuration: Further settings.
    ///   - transport: The transport that sends the requests.
    /// - Throws: ``/APIKeys/APIError`` of the kind ``/APIKeys/APIError/Kind/invalidRequest(_:)`` for a variable that is
    ///   missing or malformed. It names the variable and doesn't show its value.
    public init(
        processEnvironment: [String: String] = ProcessInfo.processInfo.environment,
        configuration: ClientConfiguration = .init(),
        transport: any HTTPTransport = URLSessionTransport.shared
    ) throws(APIError) {
        let variables = EnvironmentReader(provider: Self.provider, processEnvironment)
        self.init(
            token: try variables.secret("NEKUDA_TOKEN"),
            configuration: try variables.configuration(configuration, baseURL: "NEKUDA_BASE_URL"),
            transport: transport)
    }
}

extension NekudaClient: Opaque {}
