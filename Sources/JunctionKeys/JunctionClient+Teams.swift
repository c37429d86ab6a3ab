public import APIKeys
public import Foundation

extension JunctionClient {
    /// Lists teams.
    ///
    /// `GET /v1/org/{org_id}/team`, once per page, as the sequence is iterated.
    ///
    /// - Parameters:
    ///   - teamID: The one team to list; every team by default.
    ///   - regions: The regions to list; every region by default.
    ///   - searchQuery: The text that the server searches for; none by default.
    ///   - options: Settings of each page's call.
    /// - Returns: The teams of all pages. Iterating them sends the requests and throws ``/APIKeys/APIError``.
    public func teams(
        teamID: UUID? = nil,
        regions: [Junction.Region] = [],
        searchQuery: String? = nil,
        options: RequestOptions = .init()
    ) -> PagedSequence<Junction.TeamSummary> {
        client.pages(
            "teams", path("team"),
            query: QueryItem.optional("team_id", teamID) + regions.map { QueryItem("region", $0.rawValue) }
                + QueryItem.optional("search_query", searchQuery),
            cursorName: "next_cursor", reads: .json(TeamList.self, \.page), options: options)
    }

    /// Gets a team.
    ///
    /// `GET /v1/org/{org_id}/team/{team_id}`.
    ///
    /// - Parameters:
    ///   - id: The team.
    ///   - includeEnvironments: The environments whose settings to include; the server's choice by default.
    ///   - options: Settings of this call.
    /// - Returns: The team.
    /// - Throws: ``/APIKeys/APIError``; ``/APIKeys/APIError/Kind/validation(_:)`` for a 422.
    public func team(
        id: UUID,
        includeEnvironments: [Junction.Environment] = [],
        options: RequestOptions = .init()
    ) async throws(APIError) -> Junction.Team {
        try await client.send(
            .init(
                "team", .get, path("team", .parameter("team_id", id)),
                query: includeEnvironments.map { QueryItem("include_environment", $0.rawValue) }, safety: .read,
                reads: .json),
            options: options)
    }

    /// Creates a team.
    ///
    /// `POST /v1/org/{org_id}/team`. Repeated only if the first request provably was not processed. A 409 says that
    /// another team has the `integrationTeamID`; its body is a ``Junction/ExistingTeam``.
    ///
    /// - Parameters:
    ///   - name: The team's name, at most 80 characters.
    ///   - region: The region that stores the team's data: ``Junction/Region/us`` or ``Junction/Region/eu``.
    ///   - id: The team's ID; the server's choice by default.
    ///   - integrationTeamID: The ID that the integration gives the team, at most 256 characters.
    ///   - options: Settings of this call.
    /// - Returns: The team.
    /// - Throws: ``/APIKeys/APIError``; ``/APIKeys/APIError/Kind/invalidRequest(_:)``, with nothing sent, for a value
    ///   that breaks one of these limits. Check ``/APIKeys/APIError/outcome`` before you call again.
    public func createTeam(
        name: String,
        region: Junction.Region,
        id: UUID? = nil,
        integrationTeamID: String? = nil,
        options: RequestOptions = .init()
    ) async throws(APIError) -> Junction.Team {
        try await client.send(
            .init(
                "createTeam", .post, path("team"),
                body: .json(
                    CreateTeamBody(name: name, region: region, id: id, integrationTeamID: integrationTeamID)),
                safety: .create,
                constraints: [
                    .length(of: "name", name, 0...80),
                    .oneOf("region", region.rawValue, [Junction.Region.us, .eu].map(\.rawValue)),
                    .length(of: "integration_team_id", integrationTeamID, 0...256),
                ],
                reads: .json),
            options: options)
    }
}

private struct CreateTeamBody: Encodable {
    let name: String
    let region: Junction.Region
    let id: UUID?
    let integrationTeamID: String?

    enum CodingKeys: String, CodingKey {
        case name, region, id
        case integrationTeamID = "integration_team_id"
    }
}

extension JunctionClient {
    private struct TeamList: Decodable {
        let teams: [Junction.TeamSummary]
        let nextCursor: String?

        var page: PagedSequence<Junction.TeamSummary>.Page { .init(elements: teams, nextCursor: nextCursor) }

        enum CodingKeys: String, NullableKey {
            case teams
            case nextCursor = "next_cursor"
        }
    }
}
