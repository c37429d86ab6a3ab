public import APIKeys
public import Foundation

/// Manages the API keys of one Junction organization, over Junction's Org Management API.
///
/// ```swift
/// let junction = JunctionClient(managementKey: Secret(managementKey), organizationID: organizationID)
/// let key = try await junction.createTeamAPIKey(label: "ci", teamID: teamID, environment: .sandbox, region: .us)
/// try await vault.store(key.value.reveal())
/// ```
///
/// A client is a value without state of its own: make one and share it between tasks.
///
/// Source: the OpenAPI document "Org Management" 0.1.0, <https://docs.junction.com/api-details/junction-management-api>.
public struct JunctionClient: Sendable {
    /// The organization whose keys are managed.
    public let organizationID: UUID

    let client: APIClient

    static let provider = "Junction"

    /// Makes a client. Nothing is sent or checked before the first call.
    ///
    /// - Parameters:
    ///   - managementKey: The management key (`mg_…`), sent as `X-Management-Key`. A team API key is not accepted.
    ///   - organizationID: The organization whose keys are managed.
    ///   - configuration: Further settings. The base URL is `https://api.management.junction.com` by default; the older
    ///     `https://api.tryvital.io/management` can be set.
    ///   - transport: What carries the requests.
    public init(
        managementKey: Secret,
        organizationID: UUID,
        configuration: ClientConfiguration = .init(),
        transport: any HTTPTransport = URLSessionTransport.shared
    ) {
        self.organizationID = organizationID
        self.client = APIClient(
            provider: Self.provider,
            defaultBaseURL: "https://api.management.junction.com",
            authentication: Authentication(scheme: .header("X-Management-Key"), secret: managementKey),
            configuration: configuration,
            transport: transport
        )
    }

    /// A path below the organization: `/v1/org/{org_id}/…`.
    func path(_ segments: RequestPath.Segment...) -> RequestPath {
        RequestPath(["v1", "org", .parameter("org_id", organizationID)] + segments)
    }
}
