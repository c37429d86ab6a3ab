import APIKeys
import Foundation

extension Sandbox.Junction {
    var collections: [SandboxCollection] {
        @Sendable func team(_ body: [String: JSONValue]) throws -> Team? {
            try body["team_id"]?.string.flatMap(UUID.init).map { id in try state.withLock { try $0.team(id) } }
        }
        return [
            SandboxCollection(
                "teams",
                [
                    .required("name", .string(max: 80)), .optional("region", .literal(Self.regions)),
                    .optional("id", .uuid), .optional("integration_team_id", .string(max: 256)),
                ], rows: { self.teams }
            ) { body in
                self.addTeam(
                    name: body["name"]?.string ?? "", region: body["region"]?.string ?? "us",
                    id: body["id"]?.string.flatMap(UUID.init), integrationTeamID: body["integration_team_id"]?.string)
            },
            SandboxCollection(
                "team_api_keys",
                [
                    .required("label", .string()), .optional("team_id", .uuid),
                    .optional("environment", .enumeration(Self.environments)),
                    .optional("region", .literal(Self.regions)),
                ], rows: { self.teamAPIKeys }
            ) { body in
                self.addTeamAPIKey(
                    label: body["label"]?.string ?? "", teamID: try team(body)?.id,
                    environment: body["environment"]?.string ?? "production", region: body["region"]?.string ?? "us")
            },
            SandboxCollection(
                "management_keys",
                [
                    .required("label", .string()), .optional("role", .enumeration(Self.roles)),
                    .optional("team_id", .uuid),
                ], rows: { self.managementKeys }
            ) { body in
                self.addManagementKey(
                    label: body["label"]?.string ?? "", role: body["role"]?.string ?? "org_admin",
                    teamIDs: try team(body).map { [$0.id] })
            },
        ]
    }
}
