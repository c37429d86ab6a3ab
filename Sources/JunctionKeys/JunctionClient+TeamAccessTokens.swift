public import APIKeys
public import Foundation

extension JunctionClient {
    /// Creates a token that grants access to a team's API for a limited time.
    ///
    /// `POST /v1/org/{org_id}/team/{team_id}/create_api_access_token`. Repeated like a read, since a token that nobody
    /// uses expires by itself.
    ///
    /// - Parameters:
    ///   - teamID: The team.
    ///   - environment: The environment that the token grants access to.
    ///   - options: Settings of this call.
    /// - Returns: The token, its secret in ``Junction/TeamAccessToken/accessToken``.
    /// - Throws: ``/APIKeys/APIError``; ``/APIKeys/APIError/Kind/validation(_:)`` for a 422.
    public func createTeamAccessToken(
        teamID: UUID,
        environment: Junction.Environment,
        options: RequestOptions = .init()
    ) async throws(APIError) -> Junction.TeamAccessToken {
        try await client.send(
            .init(
                "createTeamAccessToken", .post, path("team", .parameter("team_id", teamID), "create_api_access_token"),
                body: .json(["env": environment]), safety: .idempotent, reads: .newSecret("access_token")),
            options: options)
    }
}
