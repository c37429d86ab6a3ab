public import APIKeys
public import Foundation

extension JunctionClient {
    /// The API keys of one team in one environment and region, to create exactly once, rotate and provision them.
    ///
    /// The list of these keys holds their secrets: a key whose answer was lost is taken from there.
    ///
    /// - Parameters:
    ///   - teamID: The team.
    ///   - environment: The environment that the keys grant access to.
    ///   - region: The region that the keys grant access to.
    /// - Returns: The ring. Nothing is sent.
    public func teamKeyRing(
        teamID: UUID, environment: Junction.Environment, region: Junction.Region
    ) -> some RevocableKeyRing {
        client.keyRing(
            at: organizationID.wireValue, environment.rawValue, region.rawValue, "team \(teamID.wireValue)"
        ) { label, options throws(APIError) in
            let key = try await createTeamAPIKey(
                label: label, teamID: teamID, environment: environment, region: region, options: options)
            return IssuedKey(id: key.id.wireValue, label: label, secret: key.value, createdAt: key.createdAt)
        } list: { options throws(APIError) in
            try await teamAPIKeys(environment: environment, region: region, teamID: teamID, options: options).all()
                .map { ListedKey(id: $0.id.wireValue, label: $0.label, createdAt: $0.createdAt, secret: $0.value) }
        } revoke: { id, options throws(APIError) in
            let operation = "deleteTeamAPIKeys"
            let id = try uuid(id, operation)
            let deletion = try await deleteTeamAPIKeys(
                ids: [id], environment: environment, region: region, options: options)
            if deletion.notFound.contains(id) { throw client.error(.notFound, operation) }
            if deletion.success.contains(id) { return }
            throw client.error(.conflict, operation, message: "Junction did not delete the key \(id.wireValue)")
        }
    }

    /// The management keys with one role and one set of bindings, to create exactly once, rotate and provision them.
    ///
    /// - Parameters:
    ///   - role: What the keys may manage.
    ///   - teamRoleBindings: The teams that the keys are bound to, for ``Junction/Role/teamAdmin``.
    /// - Returns: The ring. Nothing is sent.
    public func managementKeyRing(
        role: Junction.Role, teamRoleBindings: [Junction.TeamRoleBinding]? = nil
    ) -> some RevocableKeyRing {
        // The list can be limited to one team; with several, it is not.
        let teamID = teamRoleBindings?.count == 1 ? teamRoleBindings?.first?.teamID : nil
        return client.keyRing(
            at: organizationID.wireValue, "management keys", role.rawValue, teamID.map { "team \($0.wireValue)" }
        ) { label, options throws(APIError) in
            let key = try await createManagementKey(
                label: label, role: role, teamRoleBindings: teamRoleBindings, options: options)
            return IssuedKey(id: key.id.wireValue, label: label, secret: key.key, createdAt: key.createdAt)
        } list: { options throws(APIError) in
            try await managementKeys(teamID: teamID, role: role, options: options)
                .map { ListedKey(id: $0.id.wireValue, label: $0.label, createdAt: $0.createdAt) }
        } revoke: { id, options throws(APIError) in
            try await deleteManagementKey(id: uuid(id, "deleteManagementKey"), options: options)
        }
    }

    private func uuid(_ id: String, _ operation: String) throws(APIError) -> UUID {
        guard let uuid = UUID.fromWire(id) else { throw client.error(.invalidRequest("id must be a UUID"), operation) }
        return uuid
    }
}
