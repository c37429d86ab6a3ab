import APIKeys
public import Foundation

extension Sandbox.Junction {
    /// A team as the sandbox keeps it.
    public struct Team: Hashable, Sendable, Identifiable {
        /// The team's id.
        public let id: UUID
        /// The team's name.
        public let name: String
        /// The team's region: `us` or `eu`.
        public let region: String
        /// The id that the team has in another system.
        public var integrationTeamID: String?

        /// As it goes on the wire.
        let createdOn: String

        /// The team as the list shows it.
        var summary: WireObject {
            var members: WireObject = [
                "id": .string(id.wireValue), "name": .string(name), "created_on": .string(createdOn),
                "region": .string(region),
            ]
            if let integrationTeamID { members["integration_team_id"] = .string(integrationTeamID) }
            return members
        }

        /// The team as it is shown alone, with the environments that were asked for.
        func value(including environments: [String]) -> WireValue {
            var members = summary
            members["integration_team_id"] = .optional(integrationTeamID)
            members["environments"] = .strings(Sandbox.Junction.environments)
            for name in ["sandbox", "production"] {
                members[name] =
                    environments.contains(name) ? ["enabled": true, "data": ["retention_days": 90]] : .null
            }
            return .object(members)
        }
    }
}
