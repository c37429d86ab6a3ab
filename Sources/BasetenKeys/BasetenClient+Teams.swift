public import APIKeys

extension BasetenClient {
    /// Lists teams. The list has no pages.
    ///
    /// `GET /v1/teams`.
    ///
    /// - Parameters:
    ///   - name: The exact name of the team; every team by default.
    ///   - options: Settings of this call.
    /// - Returns: The teams.
    /// - Throws: ``/APIKeys/APIError``.
    public func teams(
        name: String? = nil,
        options: RequestOptions = .init()
    ) async throws(APIError) -> [Baseten.Team] {
        try await client.send(
            .init(
                "teams", .get, ["v1", "teams"], query: QueryItem.optional("name", name), safety: .read,
                reads: .json(TeamList.self, \.teams)),
            options: options)
    }

    /// Gets a team.
    ///
    /// `GET /v1/teams/{team_id}`.
    ///
    /// - Parameters:
    ///   - id: The team.
    ///   - options: Settings of this call.
    /// - Returns: The team.
    /// - Throws: ``/APIKeys/APIError``.
    public func team(id: String, options: RequestOptions = .init()) async throws(APIError) -> Baseten.Team {
        try await client.send(
            .init("team", .get, ["v1", "teams", .parameter("team_id", id)], safety: .read, reads: .json),
            options: options)
    }
}

extension BasetenClient {
    private struct TeamList: Decodable {
        let teams: [Baseten.Team]
    }
}
