public import APIKeys
public import Foundation

extension JunctionClient {
    /// Creates an API key of a team.
    ///
    /// `POST /v1/org/{org_id}/team_api_keys/{env}/{region}`. Never sent twice unless the first request provably was not
    /// processed: Junction has no idempotency key, and each create makes a key.
    ///
    /// - Parameters:
    ///   - label: The key's label.
    ///   - teamID: The team that the key is for.
    ///   - environment: The environment that the key opens.
    ///   - region: The region that the key opens.
    ///   - options: Settings of this call.
    /// - Returns: The key, its secret in ``Junction/TeamAPIKey/value``.
    /// - Throws: ``APIError``; ``APIError/Kind/validation(_:)`` for a 422. Read ``APIError/outcome`` before calling again.
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
                body: CreateTeamAPIKeyBody(label: label, teamID: teamID.wireValue),
                safety: .create, secretField: "value"),
            options: options)
    }

    private func teamAPIKeysPath(_ environment: Junction.Environment, _ region: Junction.Region) -> RequestPath {
        path("team_api_keys", .parameter("env", environment.rawValue), .parameter("region", region.rawValue))
    }
}

private struct CreateTeamAPIKeyBody: Encodable {
    let label: String
    let teamID: String

    enum CodingKeys: String, CodingKey {
        case label
        case teamID = "team_id"
    }
}
