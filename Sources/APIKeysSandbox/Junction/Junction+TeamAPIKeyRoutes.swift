import APIKeys

extension Sandbox.Junction {
    var teamAPIKeyRoutes: [Route] {
        let path = "/v1/org/{org_id}/team_api_keys/{env}/{region}"
        let place: [SchemaField] = [
            .path("env", .enumeration(Self.environments)), .path("region", .literal(Self.regions)),
        ]
        let filter: [SchemaField] = [.query("team_id", .uuid), .query("next_cursor", .string())]
        let creation = Model(fields: [.required("label", .string()), .required("team_id", .uuid)])
        let environment = Model(fields: [.required("env", .enumeration(Self.environments))])
        return [
            Route("teamAPIKeys", .get, path, place + filter, handle: listTeamAPIKeys),
            Route("createTeamAPIKey", .post, path, place, body: creation, handle: createTeamAPIKey),
            Route(
                "deleteTeamAPIKeys", .delete, path, place + [.query("api_key_id", .list(.uuid), isRequired: true)],
                denial: denyDeletion, handle: deleteTeamAPIKeys),
            Route(
                "createTeamAccessToken", .post, "/v1/org/{org_id}/team/{team_id}/create_api_access_token",
                [.path("team_id", .uuid)], body: environment, handle: createTeamAccessToken),
        ]
    }

    /// The last page of a list that is filtered by team leaves the cursor out; any other last page says null.
    @Sendable private func listTeamAPIKeys(_ arguments: CallArguments) throws -> HTTPResponse {
        let teamID = arguments.uuidIfPresent("team_id")
        let (environment, region) = (try arguments.text("env"), try arguments.text("region"))
        let rows = arguments.listed(teamAPIKeys).filter { key in
            key.environment == environment && key.region == region && (teamID == nil || key.teamID == teamID)
        }
        let (keys, next) = try Self.page(
            rows.map { ($0.number, $0) }, size: pageSize ?? 3, cursor: arguments.textIfPresent("next_cursor"))
        var page: [String: JSONValue] = ["api_keys": .objects(keys.map(\.listed))]
        if next != .null || teamID == nil { page["next_cursor"] = next }
        return .json(page)
    }

    @Sendable private func createTeamAPIKey(_ arguments: CallArguments) throws -> HTTPResponse {
        let (environment, region) = (try arguments.text("env"), try arguments.text("region"))
        let (label, teamID) = (try arguments.text("label"), try arguments.uuid("team_id"))
        return try state.withLock { state in
            _ = try state.team(teamID)
            let key = state.addTeamAPIKey(label: label, teamID: teamID, environment: environment, region: region)
            arguments.created(key.id, key.value)
            return .json(key.listed)
        }
    }

    /// Deletes each key that lives here and is not protected. An id that is given twice counts once.
    @Sendable private func deleteTeamAPIKeys(_ arguments: CallArguments) throws -> HTTPResponse {
        let (environment, region) = (try arguments.text("env"), try arguments.text("region"))
        var results: [String: [JSONValue]] = [:]
        var seen: Set<String> = []
        state.withLock { state in
            for id in arguments.texts("api_key_id") ?? [] where seen.insert(id).inserted {
                var result = "not_found"
                if let place = state.teamAPIKeys.firstIndex(where: { $0.id.wireValue == id }) {
                    let key = state.teamAPIKeys[place]
                    let isHere = key.environment == environment && key.region == region
                    result = isHere && !key.label.hasPrefix("protected-") ? "success" : "failure"
                    if result == "success" { state.teamAPIKeys.remove(at: place) }
                }
                results[result, default: []].append(.string(id))
            }
        }
        let names = ["success", "failure", "not_found"]
        return .json(Dictionary(uniqueKeysWithValues: names.map { ($0, .array(results[$0] ?? [])) }))
    }

    /// Reports each ID as a failure, and deletes nothing.
    @Sendable private func denyDeletion(_ arguments: CallArguments) -> HTTPResponse {
        let ids = arguments.parameters["api_key_id"] ?? .array([])
        return .json(["success": .array([]), "failure": ids, "not_found": .array([])])
    }

    @Sendable private func createTeamAccessToken(_ arguments: CallArguments) throws -> HTTPResponse {
        let (environment, teamID) = (try arguments.text("env"), try arguments.uuid("team_id"))
        return try state.withLock { state in
            _ = try state.team(teamID)
            let token = "tat_\(environment)_\(state.source.token(32))"
            return .json(["access_token": .string(token), "expires_in": .integer(3600)])
        }
    }
}
