public import APIKeys
@_exported public import APIKeysExports
public import Foundation

/// Manages the API keys of one Junction organization, over Junction's Org Management API.
///
/// ```swift
/// let junction = JunctionClient(managementKey: Secret(managementKey), organizationID: organizationID)
/// let key = try await junction.createTeamAPIKey(label: "ci", teamID: teamID, environment: .sandbox, region: .us)
/// try await vault.put(key.value, for: "ci")
/// ```
///
/// A client is a value without state of its own: create one and share it between tasks.
///
/// Source: the OpenAPI document "Org Management" 0.1.0,
/// <https://docs.junction.com/api-details/junction-management-api>.
public struct JunctionClient: Sendable {
    /// The organization whose keys are managed.
    public let organizationID: UUID

    let client: APIClient

    static let provider = "Junction"

    /// Creates a client. Sends nothing.
    ///
    /// - Parameters:
    ///   - managementKey: The management key (`mg_…`), which is sent as `X-Management-Key`: a ``/APIKeys/Secret``, or a
    ///     source such as a vault that rotates it. A team API key is not accepted.
    ///   - organizationID: The organization whose keys are managed.
    ///   - configuration: Further settings. The base URL is `https://api.management.junction.com` by default; the older
    ///     `https://api.tryvital.io/management` can be set.
    ///   - transport: The transport that sends the requests.
    public init(
        managementKey: any CredentialSource,
        organizationID: UUID,
        configuration: ClientConfiguration = .init(),
        transport: any HTTPTransport = URLSessionTransport.shared
    ) {
        self.organizationID = organizationID
        self.client = APIClient(
            provider: Self.provider,
            defaultBaseURL: "https://api.management.junction.com",
            authentication: Authentication(scheme: .header("X-Management-Key"), source: managementKey),
            configuration: configuration,
            transport: transport)
    }

    /// Creates a client from environment variables. Sends nothing.
    ///
    /// `JUNCTION_MANAGEMENT_KEY` and `JUNCTION_ORG_ID` are required. `JUNCTION_BASE_URL` is used if it is set and the
    /// configuration has no base URL.
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
            managementKey: try variables.secret("JUNCTION_MANAGEMENT_KEY"),
            organizationID: try variables.uuid("JUNCTION_ORG_ID"),
            configuration: try variables.configuration(configuration, baseURL: "JUNCTION_BASE_URL"),
            transport: transport)
    }

    /// A path below the organization: `/v1/org/{org_id}/…`.
    func path(_ segments: RequestPath.Segment...) -> RequestPath {
        RequestPath(["v1", "org", .parameter("org_id", organizationID)] + segments)
    }
}

extension JunctionClient: Opaque {}
