public import APIKeys
public import Foundation

extension Sandbox.Junction {
    /// A team as the sandbox keeps it.
    public struct Team: Hashable, Sendable, Identifiable, ProviderRow {
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

        var listed: [String: JSONValue] {
            var members: [String: JSONValue] = [
                "id": .string(id.wireValue), "name": .string(name), "created_on": .string(createdOn),
                "region": .string(region),
            ]
            if let integrationTeamID { members["integration_team_id"] = .string(integrationTeamID) }
            return members
        }

        /// The team as it is shown alone, with the environments that were asked for.
        func details(including environments: [String]) -> [String: JSONValue] {
            var members = listed
            members["integration_team_id"] = .optional(integrationTeamID)
            members["environments"] = .strings(Sandbox.Junction.environments)
            let environment: JSONValue = .object([
                "enabled": .bool(true), "data": .object(["retention_days": .integer(90)]),
            ])
            for name in ["sandbox", "production"] { members[name] = environments.contains(name) ? environment : .null }
            return members
        }
    }
}

extension Sandbox.Junction {
    /// A team API key as the sandbox keeps it.
    public struct TeamAPIKey: Hashable, Sendable, Identifiable, ProviderRow {
        /// The key's id.
        public let id: UUID
        /// The key's label.
        public let label: String
        /// The key itself.
        public let value: Secret
        /// The team that the key is for.
        public let teamID: UUID
        /// The environment that the key grants access to: `production` or `sandbox`.
        public let environment: String
        /// The region that the key grants access to: `us` or `eu`.
        public let region: String

        /// As it goes on the wire.
        let createdAt: String
        let number: Int

        var listed: [String: JSONValue] {
            [
                "id": .string(id.wireValue), "label": .string(label), "value": .string(value.reveal()),
                "team_id": .string(teamID.wireValue), "created_at": .string(createdAt),
            ]
        }

        /// The place that the key is for.
        var unlisted: [String: JSONValue] { ["environment": .string(environment), "region": .string(region)] }
    }
}

extension Sandbox.Junction {
    /// A management key as the sandbox keeps it.
    public struct ManagementKey: Hashable, Sendable, Identifiable, ProviderRow {
        /// The key's id.
        public let id: UUID
        /// The key's label.
        public internal(set) var label: String
        /// What the key may manage: `org_admin` or `team_admin`.
        public let role: String
        /// The teams that the key is bound to; `nil` for none.
        public internal(set) var teamIDs: [UUID]?
        /// The key itself; `nil` for a key that was there from the beginning.
        public internal(set) var key: Secret?

        let creator: [String: JSONValue]
        /// As it goes on the wire.
        let createdAt: String

        var listed: [String: JSONValue] {
            [
                "id": .string(id.wireValue), "label": .string(label), "created_at": .string(createdAt),
                "creator": .object(creator), "role": .string(role),
                "team_role_bindings": teamIDs.map { .objects($0.map { ["team_id": .string($0.wireValue)] }) } ?? .null,
            ]
        }

        var unlisted: [String: JSONValue] { ["key": .optional(key?.reveal())] }
    }
}
