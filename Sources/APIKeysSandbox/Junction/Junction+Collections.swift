import APIKeys

extension Sandbox.Junction {
    var collections: [SandboxCollection] {
        @Sendable func team(_ body: CallArguments) throws -> Team? {
            try body.uuidIfPresent("team_id").map { id in try state.withLock { try $0.team(id) } }
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
                    name: try body.text("name"), region: body.textIfPresent("region") ?? "us",
                    id: body.uuidIfPresent("id"), integrationTeamID: body.textIfPresent("integration_team_id"))
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
                    label: try body.text("label"), teamID: try team(body)?.id,
                    environment: body.textIfPresent("environment") ?? "production",
                    region: body.textIfPresent("region") ?? "us")
            },
            SandboxCollection(
                "management_keys",
                [
                    .required("label", .string()), .optional("role", .enumeration(Self.roles)),
                    .optional("team_id", .uuid),
                ], rows: { self.managementKeys }
            ) { body in
                self.addManagementKey(
                    label: try body.text("label"), role: body.textIfPresent("role") ?? "org_admin",
                    teamIDs: try team(body).map { [$0.id] })
            },
        ]
    }
}
