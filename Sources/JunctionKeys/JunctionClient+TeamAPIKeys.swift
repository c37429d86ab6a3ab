public import APIKeys
public import Foundation

extension JunctionClient {
    /// Creates an API key of a team.
    ///
    /// `POST /v1/org/{org_id}/team_api_keys/{env}/{region}`. Repeated only if the first request provably was not
    /// processed: Junction has no idempotency key, and every create issues another key.
    ///
    /// - Parameters:
    ///   - label: The key's label.
    ///   - teamID: The team that the key belongs to.
    ///   - environment: The environment that the key grants access to.
    ///   - region: The region that the key grants access to.
    ///   - options: Settings of this call.
    /// - Returns: The key, its secret in ``Junction/TeamAPIKey/value``.
    /// - Throws: ``/APIKeys/APIError``; ``/APIKeys/APIError/Kind/validation(_:)`` for a 422. Check
    ///   ``/APIKeys/APIError/outcome`` before you call again.
    public func createTeamAPIKey(
        label: String,
        teamID: UUID,
        environment: Junction.Environment,
        region: Junction.Region,
        options: RequestOptions = .init()
    ) async throws(APIError) -> Junction.TeamAPIKey {
        try await client.send(
            .init(
                "createTeamAPIKey", .post, teamAPIKeysPath(environment, region),
                body: .json(CreateTeamAPIKeyBody(label: label, teamID: teamID)),
                safety: .create, reads: .newSecret("value")),
            options: options)
    }

    /// Lists API keys of teams, with their secrets.
    ///
    /// `GET /v1/org/{org_id}/team_api_keys/{env}/{region}`, once per page, as the sequence is iterated.
    ///
    /// - Parameters:
    ///   - environment: The environment that the keys grant access to.
    ///   - region: The region that the keys grant access to.
    ///   - teamID: The team that the keys belong to; every team by default.
    ///   - options: Settings of each page's call.
    /// - Returns: The keys of all pages. Iterating them sends the requests and throws ``/APIKeys/APIError``.
    public func teamAPIKeys(
        environment: Junction.Environment,
        region: Junction.Region,
        teamID: UUID? = nil,
        options: RequestOptions = .init()
    ) -> PagedSequence<Junction.TeamAPIKey> {
        client.pages(
            "teamAPIKeys", teamAPIKeysPath(environment, region), query: QueryItem.optional("team_id", teamID),
            cursorName: "next_cursor", reads: .json(TeamAPIKeyList.self, \.page, secrets: "value"), options: options)
    }

    /// Deletes API keys of teams.
    ///
    /// `DELETE /v1/org/{org_id}/team_api_keys/{env}/{region}`. A success may be partial: check
    /// ``Junction/BulkDeletion/failure``.
    ///
    /// Duplicate IDs are sent once, and an empty array sends nothing. More than 100 IDs, a query of 4.8 kB, are sent in
    /// several requests, one after the other. Each has the options' timeout and retries, and the result covers all of
    /// them. If a later request fails, the rest is not sent. The error's ``/APIKeys/APIError/outcome`` is then
    /// ``/APIKeys/APIError/Outcome/processed``, and its ``/APIKeys/APIError/underlying`` is a
    /// ``Junction/PartialDeletion`` with the result so far. You can safely call again with the same IDs: the keys that
    /// are gone are then in ``Junction/BulkDeletion/notFound``.
    ///
    /// - Parameters:
    ///   - ids: The keys.
    ///   - environment: The environment that the keys grant access to.
    ///   - region: The region that the keys grant access to.
    ///   - options: Settings of each request.
    /// - Returns: The keys that were deleted, those that could not be, and those that don't exist.
    /// - Throws: ``/APIKeys/APIError``; ``/APIKeys/APIError/Kind/validation(_:)`` for a 422.
    public func deleteTeamAPIKeys(
        ids: [UUID],
        environment: Junction.Environment,
        region: Junction.Region,
        options: RequestOptions = .init()
    ) async throws(APIError) -> Junction.BulkDeletion {
        let limit = 100
        var seen: Set<UUID> = []
        let ids = ids.filter { seen.insert($0).inserted }
        var deletion = Junction.BulkDeletion()
        for start in stride(from: 0, to: ids.count, by: limit) {
            do {
                // No valueWhenGone: the answer for keys that are gone is a 200. A 404 says something else.
                let operation = APIOperation<Junction.BulkDeletion>(
                    "deleteTeamAPIKeys", .delete, teamAPIKeysPath(environment, region),
                    query: ids[start...].prefix(limit).map { QueryItem("api_key_id", $0) }, safety: .idempotent,
                    reads: .json)
                deletion.merge(try await client.send(operation, options: options))
            } catch {
                guard start > 0 else { throw error }
                var error = error
                error.outcome = .processed
                error.underlying = Junction.PartialDeletion(
                    completed: deletion, remaining: Array(ids[start...]), underlying: error.underlying)
                throw error
            }
        }
        return deletion
    }

    private func teamAPIKeysPath(_ environment: Junction.Environment, _ region: Junction.Region) -> RequestPath {
        path("team_api_keys", .parameter("env", environment.rawValue), .parameter("region", region.rawValue))
    }
}

private struct CreateTeamAPIKeyBody: Encodable {
    let label: String
    let teamID: UUID

    enum CodingKeys: String, CodingKey {
        case label
        case teamID = "team_id"
    }
}

private struct TeamAPIKeyList: Decodable {
    let apiKeys: [Junction.TeamAPIKey]
    let nextCursor: String?

    var page: PagedSequence<Junction.TeamAPIKey>.Page { .init(elements: apiKeys, nextCursor: nextCursor) }

    enum CodingKeys: String, CodingKey {
        case apiKeys = "api_keys"
        case nextCursor = "next_cursor"
    }
}
