import APIKeys

extension Sandbox.Baseten {
    var collections: [SandboxCollection] {
        [
            SandboxCollection(
                name: "teams",
                schema: Model(.required("id", .string(min: 1)), .required("name", .string()), forbidsExtras: true),
                rows: { self.teams.map(\.value) },
                add: { self.addTeam(id: $0["id"]?.string ?? "", name: $0["name"]?.string ?? "").value }),
            SandboxCollection(
                name: "api_keys",
                schema: Model(
                    .optional("type", .enumeration(Self.types)), .optional("name", .string()),
                    .optional("model_ids", .list(.string())), .optional("team_id", .string()), forbidsExtras: true),
                rows: { self.apiKeys.map(\.row) },
                add: { body in
                    let team = try body["team_id"]?.string.map { id in try self.state.withLock { try $0.team(id) } }
                    return self.addAPIKey(
                        type: body["type"]?.string ?? "PERSONAL", name: body["name"]?.string,
                        modelIDs: body["model_ids"]?.array?.compactMap(\.string), teamName: team?.name
                    ).row
                }),
        ]
    }
}

extension Sandbox.Baseten.APIKey {
    /// The key with its secret.
    fileprivate var row: WireObject {
        var members = members
        members["api_key"] = .optional(apiKey?.reveal())
        return members
    }
}
