import APIKeys

extension Sandbox.Baseten {
    var collections: [SandboxCollection] {
        [
            SandboxCollection(
                "teams", [.required("id", .string(min: 1)), .required("name", .string())],
                rows: { self.teams }
            ) { body in
                self.addTeam(id: body["id"]?.string ?? "", name: body["name"]?.string ?? "")
            },
            SandboxCollection(
                "api_keys",
                [
                    .optional("type", .enumeration(Self.types)), .optional("name", .string()),
                    .optional("model_ids", .list(.string())), .optional("team_id", .string()),
                ], rows: { self.apiKeys }
            ) { body in
                let team = try body["team_id"]?.string.map { id in try self.state.withLock { try $0.team(id) } }
                return self.addAPIKey(
                    type: body["type"]?.string ?? "PERSONAL", name: body["name"]?.string,
                    modelIDs: body["model_ids"]?.array?.compactMap(\.string), teamName: team?.name)
            },
        ]
    }
}
