import APIKeys
import Foundation

extension Sandbox.Junction {
    var collections: [SandboxCollection] {
        let teamID = self.teamID
        return [
            SandboxCollection(
                name: "teams",
                schema: Model(
                    .required("name", .string(max: 80)), .optional("region", .literal(Self.regions)),
                    .optional("id", .uuid), .optional("integration_team_id", .string(max: 256)), forbidsExtras: true),
                rows: { self.teams.map(\.summary) },
                add: { body in
                    let team = self.addTeam(
                        name: body["name"]?.string ?? "", region: body["region"]?.string ?? "us",
                        id: body["id"]?.string.flatMap(UUID.init),
                        integrationTeamID: body["integration_team_id"]?.string)
                    return team.summary
                }),
            SandboxCollection(
                name: "team_api_keys",
                schema: Model(
                    .required("label", .string()), .optional("team_id", .uuid),
                    .optional("environment", .enumeration(Self.environments)),
                    .optional("region", .literal(Self.regions)), forbidsExtras: true),
                rows: { self.teamAPIKeys.map(\.row) },
                add: { body in
                    let team = try self.state.withLock { state in
                        try state.team(body["team_id"]?.string.flatMap(UUID.init) ?? teamID)
                    }
                    return self.addTeamAPIKey(
                        label: body["label"]?.string ?? "", teamID: team.id,
                        environment: body["environment"]?.string ?? "production",
                        region: body["region"]?.string ?? "us"
                    ).row
                }),
            SandboxCollection(
                name: "management_keys",
                schema: Model(
                    .required("label", .string()), .optional("role", .enumeration(Self.roles)),
                    .optional("team_id", .uuid), forbidsExtras: true),
                rows: { self.managementKeys.map(\.createdValue) },
                add: { body in
                    let team = try body["team_id"]?.string.flatMap(UUID.init).map { id in
                        try self.state.withLock { try $0.team(id) }
                    }
                    return self.addManagementKey(
                        label: body["label"]?.string ?? "", role: body["role"]?.string ?? "org_admin",
                        teamIDs: team.map { [$0.id] }
                    ).createdValue
                }),
        ]
    }
}

extension Sandbox.Junction.TeamAPIKey {
    /// The key with the place that it is for.
    fileprivate var row: WireObject {
        var members = json
        (members["environment"], members["region"]) = (.string(environment), .string(region))
        return members
    }
}
