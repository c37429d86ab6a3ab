import APIKeys
import Foundation

extension Sandbox.Junction {
    var managementKeyRoutes: [Route] {
        let collection = "/v1/org/{org_id}/management_key"
        let item = "/v1/org/{org_id}/management_key/{key_id}"
        let id: [SchemaField] = [.path("key_id", .uuid)]
        let bindings = Schema.nullable(.list(.model(Model(fields: [.required("team_id", .uuid)]))))
        let creation = Model(fields: [
            .required("label", .string()), .required("role", .enumeration(Self.roles)),
            .optional("team_role_bindings", bindings),
        ])
        let update = Model(fields: [
            .optional("label", .nullable(.string())), .optional("team_role_bindings", bindings),
        ])
        return [
            Route(
                "managementKeys", .get, collection,
                [.query("team_id", .uuid), .query("role", .enumeration(Self.roles))], handle: listManagementKeys),
            Route("createManagementKey", .post, collection, body: creation, handle: createManagementKey),
            Route("updateManagementKey", .patch, item, id, body: update, handle: updateManagementKey),
            Route("deleteManagementKey", .delete, item, id, handle: deleteManagementKey),
        ]
    }

    @Sendable private func listManagementKeys(_ arguments: CallArguments) -> HTTPResponse {
        let (teamID, role) = (arguments.uuidIfPresent("team_id"), arguments.textIfPresent("role"))
        let keys = arguments.listed(managementKeys).filter { key in
            (role == nil || key.role == role) && (teamID.map { key.teamIDs?.contains($0) ?? false } ?? true)
        }
        return .json(["data": .objects(keys.map(\.listed)), "next_cursor": .null])
    }

    @Sendable private func createManagementKey(_ arguments: CallArguments) throws -> HTTPResponse {
        let (label, role) = (try arguments.text("label"), try arguments.text("role"))
        return try state.withLock { state in
            let key = state.addManagementKey(label: label, role: role, teamIDs: try state.boundTeams(arguments.body))
            arguments.created(key.id, key.key)
            return .json(key.full)
        }
    }

    /// Changes a key. A null label becomes the empty string, and null bindings become null.
    @Sendable private func updateManagementKey(_ arguments: CallArguments) throws -> HTTPResponse {
        let id = try arguments.uuid("key_id")
        return try state.withLock { state in
            let place = try state.managementKeys.place(of: id, "management key")
            let teamIDs = try state.boundTeams(arguments.body)
            if let label = arguments.body["label"] { state.managementKeys[place].label = label.string ?? "" }
            if arguments.body["team_role_bindings"] != nil { state.managementKeys[place].teamIDs = teamIDs }
            return .json(state.managementKeys[place].listed)
        }
    }

    /// Deletes a key, which then no longer authenticates. The answer is the key, or null if its label asks for that.
    @Sendable private func deleteManagementKey(_ arguments: CallArguments) throws -> HTTPResponse {
        let id = try arguments.uuid("key_id")
        return try state.withLock { state in
            let key = state.managementKeys.remove(at: try state.managementKeys.place(of: id, "management key"))
            if let secret = key.key { state.credentials.remove(secret) }
            return .json(key.label.hasPrefix("null-") ? .null : .object(key.listed))
        }
    }
}

extension Sandbox.Junction.State {
    /// The teams that a body binds a key to, `nil` for none; 404 if one does not exist.
    fileprivate func boundTeams(_ body: [String: JSONValue]) throws -> [UUID]? {
        try body["team_role_bindings"]?.array?.compactMap { $0["team_id"]?.string.flatMap(UUID.init) }.map { id in
            try team(id).id
        }
    }
}
