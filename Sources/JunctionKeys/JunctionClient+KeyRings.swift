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
        TeamKeyRing(junction: self, teamID: teamID, environment: environment, region: region)
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
        ManagementKeyRing(junction: self, role: role, teamRoleBindings: teamRoleBindings)
    }
}

private struct TeamKeyRing: RevocableKeyRing, ProviderKeyRing {
    let junction: JunctionClient
    let teamID: UUID
    let environment: Junction.Environment
    let region: Junction.Region

    var provider: String { JunctionClient.provider }
    var maximumLabelLength: Int? { nil }
    var account: AnyHashable? { junction.client.account }
    var configuration: ClientConfiguration { junction.client.ringConfiguration }
    var place: String {
        junction.client.place([
            junction.organizationID.wireValue, environment.rawValue, region.rawValue, "team \(teamID.wireValue)",
        ])
    }

    func create(label: String, options: RequestOptions) async throws(APIError) -> IssuedKey {
        let key = try await junction.createTeamAPIKey(
            label: label, teamID: teamID, environment: environment, region: region, options: options)
        return IssuedKey(id: key.id.wireValue, label: label, secret: key.value, createdAt: key.createdAt)
    }

    func keys(options: RequestOptions) async throws(APIError) -> [ListedKey] {
        try await junction.teamAPIKeys(environment: environment, region: region, teamID: teamID, options: options)
            .all()
            .map { ListedKey(id: $0.id.wireValue, label: $0.label, createdAt: $0.createdAt, secret: $0.value) }
    }

    func revoke(id: String, options: RequestOptions) async throws(APIError) {
        let operation = "deleteTeamAPIKeys"
        guard let uuid = UUID.fromWire(id) else { throw junction.client.invalid("id must be a UUID", operation) }
        let deletion = try await junction.deleteTeamAPIKeys(
            ids: [uuid], environment: environment, region: region, options: options)
        guard (deletion.success + deletion.notFound).contains(uuid) else {
            // The request succeeded, and says that the key was not deleted.
            throw APIError(
                kind: .conflict, outcome: .notProcessed, message: "Junction did not delete the key \(uuid.wireValue)",
                provider: provider, operation: operation, status: 200)
        }
    }
}

private struct ManagementKeyRing: RevocableKeyRing, ProviderKeyRing {
    let junction: JunctionClient
    let role: Junction.Role
    let teamRoleBindings: [Junction.TeamRoleBinding]?

    var provider: String { JunctionClient.provider }
    var maximumLabelLength: Int? { nil }
    var account: AnyHashable? { junction.client.account }
    var configuration: ClientConfiguration { junction.client.ringConfiguration }
    var place: String {
        junction.client.place([
            junction.organizationID.wireValue, "management keys", role.rawValue, teamID.map { "team \($0.wireValue)" },
        ])
    }

    /// The list can be limited to one team; with several, it is not.
    private var teamID: UUID? { teamRoleBindings?.count == 1 ? teamRoleBindings?.first?.teamID : nil }

    func create(label: String, options: RequestOptions) async throws(APIError) -> IssuedKey {
        let key = try await junction.createManagementKey(
            label: label, role: role, teamRoleBindings: teamRoleBindings, options: options)
        return IssuedKey(id: key.id.wireValue, label: label, secret: key.key, createdAt: key.createdAt)
    }

    func keys(options: RequestOptions) async throws(APIError) -> [ListedKey] {
        try await junction.managementKeys(teamID: teamID, role: role, options: options)
            .map { ListedKey(id: $0.id.wireValue, label: $0.label, createdAt: $0.createdAt) }
    }

    func revoke(id: String, options: RequestOptions) async throws(APIError) {
        guard let uuid = UUID.fromWire(id) else {
            throw junction.client.invalid("id must be a UUID", "deleteManagementKey")
        }
        do throws(APIError) {
            try await junction.deleteManagementKey(id: uuid, options: options)
        } catch {
            guard error.kind == .notFound else { throw error }
        }
    }
}
