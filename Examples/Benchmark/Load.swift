import Foundation
import JunctionKeys

/// Calls of one kind, one after the other.
struct Load {
    private let kind: String
    private let junction: JunctionClient
    private let team: UUID

    init(kind: String) throws {
        let variables = ProcessInfo.processInfo.environment
        self.kind = kind
        team = variables["JUNCTION_TEAM_ID"].flatMap(UUID.init(uuidString:)) ?? UUID()
        junction =
            if kind == "canned-create" {
                JunctionClient(
                    managementKey: Secret("mg_benchmark_0123456789abcdef"), organizationID: UUID(),
                    transport: CannedTransport())
            } else {
                try JunctionClient()
            }
    }

    func run(_ calls: Int) async throws {
        for _ in 0..<calls {
            switch kind {
            case "list":
                _ = try await junction.teamAPIKeys(environment: .sandbox, region: .us, teamID: team).all()
            default:
                _ = try await junction.createTeamAPIKey(
                    label: "ci", teamID: team, environment: .sandbox, region: .us)
            }
        }
    }
}
