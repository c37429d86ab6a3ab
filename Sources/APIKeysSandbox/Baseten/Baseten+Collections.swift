import APIKeys

extension Sandbox.Baseten {
    var collections: [SandboxCollection] {
        [
            SandboxCollection(
                "teams", [.required("id", .string(min: 1)), .required("name", .string())],
                rows: { self.teams }
            ) { body in
                self.addTeam(id: try body.text("id"), name: try body.text("name"))
            },
            SandboxCollection(
                "api_keys",
                [
                    .optional("type", .enumeration(Self.types)), .optional("name", .string()),
                    .optional("model_ids", .list(.string())), .optional("team_id", .string()),
                ], rows: { self.apiKeys }
            ) { body in
                let team = try body.textIfPresent("team_id").map { id in try self.state.withLock { try $0.team(id) } }
                return self.addAPIKey(
                    type: body.textIfPresent("type") ?? "PERSONAL", name: body.textIfPresent("name"),
                    modelIDs: body.texts("model_ids"), teamName: team?.name)
            },
        ]
    }
}
