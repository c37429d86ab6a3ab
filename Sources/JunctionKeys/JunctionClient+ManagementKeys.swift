public import APIKeys
public import Foundation

extension JunctionClient {
    /// Creates a management key.
    ///
    /// `POST /v1/org/{org_id}/management_key`. Repeated only if the first request provably was not processed: Junction
    /// has no idempotency key, and every create issues another key.
    ///
    /// - Parameters:
    ///   - label: The key's label.
    ///   - role: What the key may manage.
    ///   - teamRoleBindings: The teams that the key is bound to, for ``Junction/Role/teamAdmin``.
    ///   - options: Settings of this call.
    /// - Returns: The key, its secret in ``Junction/CreatedManagementKey/key``.
    /// - Throws: ``/APIKeys/APIError``; ``/APIKeys/APIError/Kind/validation(_:)`` for a 422. Check
    ///   ``/APIKeys/APIError/outcome`` before you call again.
    public func createManagementKey(
        label: String,
        role: Junction.Role,
        teamRoleBindings: [Junction.TeamRoleBinding]? = nil,
        options: RequestOptions = .init()
    ) async throws(APIError) -> Junction.CreatedManagementKey {
        try await client.send(
            .init(
                "createManagementKey", .post, path("management_key"),
                body: .json(CreateManagementKeyBody(label: label, role: role, teamRoleBindings: teamRoleBindings)),
                safety: .create, reads: .newSecret("key")),
            options: options)
    }

    /// Creates a management key for one team: the role ``Junction/Role/teamAdmin``, bound to the team.
    ///
    /// `POST /v1/org/{org_id}/management_key`. Repeated only if the first request provably was not processed: Junction
    /// has no idempotency key, and every create issues another key.
    ///
    /// - Parameters:
    ///   - label: The key's label.
    ///   - teamID: The team.
    ///   - options: Settings of this call.
    /// - Returns: The key, its secret in ``Junction/CreatedManagementKey/key``.
    /// - Throws: ``/APIKeys/APIError``; ``/APIKeys/APIError/Kind/validation(_:)`` for a 422. Check
    ///   ``/APIKeys/APIError/outcome`` before you call again.
    public func createManagementKey(
        label: String,
        teamID: UUID,
        options: RequestOptions = .init()
    ) async throws(APIError) -> Junction.CreatedManagementKey {
        try await createManagementKey(
            label: label, role: .teamAdmin, teamRoleBindings: [.init(teamID: teamID)], options: options)
    }

    /// Lists management keys.
    ///
    /// `GET /v1/org/{org_id}/management_key`. Junction returns a cursor with this list but publishes no way to send
    /// one. A list of more than one page therefore throws an error of the kind ``/APIKeys/APIError/Kind/decoding``
    /// instead of looking complete. Its ``/APIKeys/APIError/underlying`` is a ``Junction/IncompleteList``, which holds
    /// the first page. Request one team or one role at a time then.
    ///
    /// - Parameters:
    ///   - teamID: The team that the keys are bound to; every team by default.
    ///   - role: The keys' role; every role by default.
    ///   - options: Settings of this call.
    /// - Returns: The keys, without their secrets.
    /// - Throws: ``/APIKeys/APIError``; ``/APIKeys/APIError/Kind/validation(_:)`` for a 422.
    public func managementKeys(
        teamID: UUID? = nil,
        role: Junction.Role? = nil,
        options: RequestOptions = .init()
    ) async throws(APIError) -> [Junction.ManagementKey] {
        try await client.send(
            .init(
                "managementKeys", .get, path("management_key"),
                query: QueryItem.optional("team_id", teamID) + QueryItem.optional("role", role?.rawValue),
                safety: .read, reads: .json(ManagementKeyList.self, \.data)),
            options: options)
    }

    /// Changes a management key's label or the teams that it is bound to.
    ///
    /// `PATCH /v1/org/{org_id}/management_key/{key_id}`. What is ``/APIKeys/Patch/unchanged`` is left out of the
    /// request.
    ///
    /// - Parameters:
    ///   - id: The key.
    ///   - label: The change of the key's label; none by default.
    ///   - teamRoleBindings: The change of the teams that the key is bound to; none by default.
    ///   - options: Settings of this call.
    /// - Returns: The changed key, without its secret.
    /// - Throws: ``/APIKeys/APIError``; ``/APIKeys/APIError/Kind/validation(_:)`` for a 422.
    @discardableResult
    public func updateManagementKey(
        id: UUID,
        label: Patch<String> = .unchanged,
        teamRoleBindings: Patch<[Junction.TeamRoleBinding]> = .unchanged,
        options: RequestOptions = .init()
    ) async throws(APIError) -> Junction.ManagementKey {
        try await client.send(
            .init(
                "updateManagementKey", .patch, path("management_key", .parameter("key_id", id)),
                body: .json(UpdateManagementKeyBody(label: label, teamRoleBindings: teamRoleBindings)),
                safety: .idempotent, reads: .json),
            options: options)
    }

    /// Deletes a management key: the key stops working.
    ///
    /// `DELETE /v1/org/{org_id}/management_key/{key_id}`.
    ///
    /// - Parameters:
    ///   - id: The key.
    ///   - options: Settings of this call.
    /// - Returns: The deleted key, or `nil` if the server doesn't return it or an earlier attempt of this call deleted
    ///   it.
    /// - Throws: ``/APIKeys/APIError``; ``/APIKeys/APIError/Kind/validation(_:)`` for a 422.
    @discardableResult
    public func deleteManagementKey(
        id: UUID,
        options: RequestOptions = .init()
    ) async throws(APIError) -> Junction.ManagementKey? {
        try await client.send(
            .init(
                "deleteManagementKey", .delete, path("management_key", .parameter("key_id", id)),
                safety: .idempotent, reads: .json, valueWhenGone: .some(nil)),
            options: options)
    }
}

private struct CreateManagementKeyBody: Encodable {
    let label: String
    let role: Junction.Role
    let teamRoleBindings: [Junction.TeamRoleBinding]?

    enum CodingKeys: String, CodingKey {
        case label, role
        case teamRoleBindings = "team_role_bindings"
    }
}

private struct UpdateManagementKeyBody: Encodable {
    let label: Patch<String>
    let teamRoleBindings: Patch<[Junction.TeamRoleBinding]>

    enum CodingKeys: String, CodingKey {
        case label
        case teamRoleBindings = "team_role_bindings"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodePatch(label, forKey: .label)
        try container.encodePatch(teamRoleBindings, forKey: .teamRoleBindings)
    }
}

/// A list that ends with its first page.
private struct ManagementKeyList: Decodable {
    let data: [Junction.ManagementKey]

    enum CodingKeys: String, CodingKey {
        case data
        case nextCursor = "next_cursor"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        data = try container.decode([Junction.ManagementKey].self, forKey: .data)
        let nextCursor = try container.decodeNullable(String.self, forKey: .nextCursor)
        if let nextCursor, !nextCursor.isEmpty { throw Junction.IncompleteList(keys: data, nextCursor: nextCursor) }
    }
}
