import APIKeys
import APIKeysTesting
import Foundation
import JunctionKeys

/// Junction's part of `app/state.py`, and clients of it.
enum JunctionFixture: Fixture {
    static let organization = Conformance.uuid("3c90c3cc-0d44-4b50-8888-8dd25736052a")
    static let teamUS = Conformance.uuid("a1b9e2d4-5c3f-4e60-9a71-0f2d8c4b6e11")
    static let teamEU = Conformance.uuid("b2c8f3e5-6d40-4f71-8b82-1e3c9d5a7f22")
    static let headers: HTTPHeaders = ["X-Management-Key": "mg_conformance"]
    static let models: [String: any (Codable & Sendable).Type] = [
        "ClientFacingTeamAPIKey": Junction.TeamAPIKey.self, "BulkDeletion": Junction.BulkDeletion.self,
        "TeamRoleBinding": Junction.TeamRoleBinding.self, "Creator": Junction.Creator.self,
        "ManagementKey": Junction.ManagementKey.self, "CreatedManagementKey": Junction.CreatedManagementKey.self,
        "TeamAccessToken": Junction.TeamAccessToken.self, "TeamSummary": Junction.TeamSummary.self,
        "Team": Junction.Team.self, "ExistingTeam": Junction.ExistingTeam.self, "ValidationError": ValidationError.self,
    ]
    static let enumerations: [String: [String]] = [
        "Env": [Junction.Environment.production, .sandbox].map(\.rawValue),
        "Region": [Junction.Region.us, .eu].map(\.rawValue),
        "Role": [Junction.Role.orgAdmin, .teamAdmin].map(\.rawValue),
    ]
    static let path = "/v1/org/\(organization.uuidString.lowercased())"

    static func client(
        key: Secret = Secret("mg_conformance"), organization: UUID = organization,
        transport: any HTTPTransport = URLSessionTransport.shared
    ) -> JunctionClient {
        JunctionClient(
            managementKey: key, organizationID: organization, configuration: Conformance.configuration,
            transport: transport)
    }

    /// A team of one test's own, so that lists of it hold nothing else.
    static func team() async throws(APIError) -> UUID {
        try await client().createTeam(name: Conformance.unique("team"), region: .us).id
    }

    /// Whether a date that the server has just written was read right.
    static func isNow(_ date: Date) -> Bool {
        abs(date.timeIntervalSinceNow) < 600
    }
}
