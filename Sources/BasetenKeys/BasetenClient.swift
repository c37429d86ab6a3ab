public import APIKeys
@_exported public import APIKeysExports
public import Foundation

/// Manages the API keys of a Baseten workspace, over Baseten's management API.
///
/// ```swift
/// let baseten = BasetenClient(apiKey: Secret(apiKey))
/// let key = try await baseten.createTeamAPIKey(teamID: "abc", type: .workspaceInvoke, name: "ci")
/// try await vault.put(key.apiKey, for: "ci")
/// ```
///
/// A client is a value without state of its own: create one and share it between tasks.
///
/// Source: the OpenAPI document "Baseten management API" 1.0.0, <https://docs.baseten.co/reference/management-api>.
public struct BasetenClient: Sendable {
    let client: APIClient

    static let provider = "Baseten"

    /// Creates a client. Sends nothing.
    ///
    /// - Parameters:
    ///   - apiKey: The API key that manages the others: a ``/APIKeys/Secret``, or a source such as a vault that rotates
    ///     it.
    ///   - authorization: The scheme that the key is sent with: `Api-Key` by default.
    ///   - configuration: Further settings. The base URL is `https://api.baseten.co` by default.
    ///   - transport: The transport that sends the requests.
    public init(
        apiKey: any CredentialSource,
        authorization: Baseten.Authorization = .apiKey,
        configuration: ClientConfiguration = .init(),
        transport: any HTTPTransport = URLSessionTransport.shared
    ) {
        self.client = APIClient(
            provider: Self.provider,
            defaultBaseURL: "https://api.baseten.co",
            authentication: Authentication(scheme: authorization.scheme, source: apiKey),
            configuration: configuration,
            transport: transport)
    }

    /// Creates a client from environment variables. Sends nothing.
    ///
    /// `BASETEN_API_KEY` is required. `BASETEN_BASE_URL` is used if it is set and the configuration has no base URL.
    ///
    /// - Parameters:
    ///   - processEnvironment: The variables; the process's own by default.
    ///   - authorization: The scheme that the key is sent with: `Api-Key` by default.
    ///   - configuration: Further settings.
    ///   - transport: The transport that sends the requests.
    /// - Throws: ``/APIKeys/APIError`` of the kind ``/APIKeys/APIError/Kind/invalidRequest(_:)`` for a variable that is
    ///   missing or malformed. It names the variable and doesn't show its value.
    public init(
        processEnvironment: [String: String] = ProcessInfo.processInfo.environment,
        authorization: Baseten.Authorization = .apiKey,
        configuration: ClientConfiguration = .init(),
        transport: any HTTPTransport = URLSessionTransport.shared
    ) throws(APIError) {
        let variables = EnvironmentReader(provider: Self.provider, processEnvironment)
        self.init(
            apiKey: try variables.secret("BASETEN_API_KEY"),
            authorization: authorization,
            configuration: try variables.configuration(configuration, baseURL: "BASETEN_BASE_URL"),
            transport: transport)
    }
}

extension BasetenClient: Opaque {}
