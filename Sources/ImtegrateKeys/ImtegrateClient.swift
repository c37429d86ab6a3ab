public import APIKeys
@_exported public import APIKeysExports
public import Foundation

/// Creates and lists the API keys of an Imtegrate organization. Imtegrate's dashboard revokes them.
///
/// ```swift
/// let imtegrate = ImtegrateClient(token: Secret(token))
/// let key = try await imtegrate.createAPIKey(name: "ci", scopes: ["events:read"], environment: .test)
/// try await vault.put(key.token, for: "ci")
/// ```
///
/// A client is a value without state of its own: create one and share it between tasks.
///
/// Source: the OpenAPI document "Imtegrate API" dev.
public struct ImtegrateClient: Sendable {
    let client: APIClient

    static let provider = "Imtegrate"

    /// Creates a client. Sends nothing.
    ///
    /// - Parameters:
    ///   - token: The token (`ik_live_…` or `ik_test_…`), sent as `Authorization: Bearer`: a ``/APIKeys/Secret``, or a
    ///     source such as a vault that rotates it. `nil` sends no such header: the API does not require it.
    ///   - configuration: Further settings. The base URL is `https://api.imtegrate.com` by default.
    ///   - transport: The transport that sends the requests.
    public init(
        token: (any CredentialSource)?,
        configuration: ClientConfiguration = .init(),
        transport: any HTTPTransport = URLSessionTransport.shared
    ) {
        self.client = APIClient(
            provider: Self.provider,
            defaultBaseURL: "https://api.imtegrate.com",
            authentication: Authentication(scheme: .bearer, source: token),
            configuration: configuration,
            transport: transport)
    }

    /// Creates a client from environment variables. Sends nothing.
    ///
    /// `IMTEGRATE_API_KEY` is optional: without it, requests carry no credential. `IMTEGRATE_BASE_URL` is used if it is
    /// set and the configuration has no base URL.
    ///
    /// - Parameters:
    ///   - processEnvironment: The variables; the process's own by default.
    ///   - configuration: Further settings.
    ///   - transport: The transport that sends the requests.
    /// - Throws: ``/APIKeys/APIError`` of the kind ``/APIKeys/APIError/Kind/invalidRequest(_:)`` for a variable that is
    ///   malformed or empty. It names the variable and doesn't show its value.
    public init(
        processEnvironment: [String: String] = ProcessInfo.processInfo.environment,
        configuration: ClientConfiguration = .init(),
        transport: any HTTPTransport = URLSessionTransport.shared
    ) throws(APIError) {
        let variables = EnvironmentReader(provider: Self.provider, processEnvironment)
        self.init(
            token: try variables.secretIfPresent("IMTEGRATE_API_KEY"),
            configuration: try variables.configuration(configuration, baseURL: "IMTEGRATE_BASE_URL"),
            transport: transport)
    }
}

extension ImtegrateClient: Opaque {}
