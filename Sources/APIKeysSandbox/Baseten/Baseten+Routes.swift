import APIKeys

extension Sandbox.Baseten: SandboxProvider {
    static let name = "Baseten"
    static let origins = ["api.baseten.co"]

    static let types = [
        "PERSONAL", "WORKSPACE_MANAGE_ALL", "WORKSPACE_EXPORT_METRICS", "WORKSPACE_INVOKE",
        "WORKSPACE_MANAGE_API_KEYS", "ROUTES",
    ]

    var unauthorized: Rejection { Rejection(401, "the API key is missing or not valid") }

    func authenticate(_ headers: HTTPHeaders) throws {
        let (scheme, credential) = (headers.values(for: "Authorization").first ?? "").schemeAndCredential
        guard ["api-key", "bearer"].contains(scheme), let type = state.withLock({ $0.credentials[Secret(credential)] })
        else { throw unauthorized }
        guard ["PERSONAL", "WORKSPACE_MANAGE_ALL", "WORKSPACE_MANAGE_API_KEYS"].contains(type) else {
            throw Rejection(403, "the API key does not have the required scope")
        }
    }

    /// Baseten's own form of error: `{"code", "message"}`. What others answer with 422 is 400 here, and one text.
    func reply(to refusal: Rejection) -> HTTPResponse {
        var refusal = refusal
        if !refusal.errors.isEmpty {
            refusal = Rejection(400, refusal.errors.map(\.line).joined(separator: "; "))
        }
        let codes = [400: "VALIDATION_ERROR", 401: "UNAUTHORIZED", 403: "FORBIDDEN", 404: "NOT_FOUND", 409: "CONFLICT"]
        return .json(
            ["code": .optional(codes[refusal.status]), "message": refusal.detail], status: refusal.status,
            headers: refusal.headers)
    }

    static let creation = Model(fields: [
        .required("type", .enumeration(types)),
        .optional("name", .nullable(.string())),
        .optional("model_ids", .nullable(.list(.string()))),
        .optional("team_id", .nullable(.string(min: 1))),
    ]) { body in
        let isScoped = ["WORKSPACE_EXPORT_METRICS", "WORKSPACE_INVOKE"].contains(body["type"]?.string)
        return isScoped || body["model_ids"]?.array == nil
            ? nil : "model_ids is only for WORKSPACE_EXPORT_METRICS and WORKSPACE_INVOKE"
    }

    var routes: [Route] {
        let team: [SchemaField] = [.path("team_id", .string())]
        return [
            Route("createTeamAPIKey", .post, "/v1/teams/{team_id}/api_keys", team, body: Self.creation) { arguments in
                let teamID = arguments.parameters["team_id"]?.string ?? ""
                _ = try self.state.withLock { try $0.team(teamID) }
                if let named = arguments.body["team_id"]?.string, named != teamID {
                    throw Rejection(400, "body.team_id: must equal the team of the path")
                }
                return try self.create(arguments, teamID: teamID)
            },
            Route("createAPIKey", .post, "/v1/api_keys", body: Self.creation) { arguments in
                try self.create(arguments, teamID: arguments.body["team_id"]?.string)
            },
            Route(
                "apiKeys", .get, "/v1/api_keys",
                [.query("type", .enumeration(Self.types)), .query("created_by_me", .boolean)], handle: list),
            Route(
                "deleteAPIKey", .delete, "/v1/api_keys/{api_key_prefix}", [.path("api_key_prefix", .string())],
                denial: denyDeletion, handle: delete),
            Route("teams", .get, "/v1/teams", [.query("name", .string())]) { arguments in
                let name = arguments.textIfPresent("name")
                let teams = arguments.listed(self.teams).filter { name == nil || name == $0.name }
                return .json(["teams": .objects(teams.map(\.listed))])
            },
            Route("team", .get, "/v1/teams/{team_id}", team) { arguments in
                .json(try self.state.withLock { try $0.team(arguments.text("team_id")) }.listed)
            },
        ]
    }

    /// Creates a key, unless a live one has its name.
    private func create(_ arguments: CallArguments, teamID: String?) throws -> HTTPResponse {
        let (type, name) = (arguments.body["type"]?.string ?? "", arguments.body["name"]?.string)
        let models = arguments.texts("model_ids")
        return try state.withLock { state in
            let team = try teamID.map { try state.team($0) }
            if let name, state.keys.contains(where: { $0.name == name }) {
                throw Rejection(409, "an API key with this name exists already")
            }
            let key = state.addKey(type: type, name: name, modelIDs: models, teamName: team?.name)
            arguments.created(key.id, key.apiKey)
            return .json(key.unlisted)
        }
    }

    @Sendable private func list(_ arguments: CallArguments) -> HTTPResponse {
        let type = arguments.textIfPresent("type")
        let keys = arguments.listed(apiKeys).filter { key in
            (type == nil || type == key.type) && (!arguments.isTrue("created_by_me") || key.owner == State.owner)
        }
        return .json(["keys": .objects(keys.map(\.listed))])
    }

    /// Answers with another key's prefix, and deletes none.
    @Sendable private func denyDeletion(_ arguments: CallArguments) throws -> HTTPResponse {
        let prefix = try arguments.text("api_key_prefix")
        return .json(["prefix": .string(String(prefix.reversed()) + "0")])
    }

    @Sendable private func delete(_ arguments: CallArguments) throws -> HTTPResponse {
        let prefix = try arguments.text("api_key_prefix")
        return try state.withLock { state in
            let key = state.keys.remove(at: try state.keys.place(of: prefix, "API key"))
            if let secret = key.apiKey { state.credentials[secret] = nil }
            return .json(["prefix": .string(prefix)])
        }
    }
}
