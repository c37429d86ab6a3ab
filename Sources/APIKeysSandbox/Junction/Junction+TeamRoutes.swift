import APIKeys
import Foundation

extension Sandbox.Junction {
    var teamRoutes: [Route] {
        let collection = "/v1/org/{org_id}/team"
        let filter: [SchemaField] = [
            .query("team_id", .uuid), .query("region", .list(.literal(Self.regions))),
            .query("search_query", .string()), .query("next_cursor", .string()),
        ]
        let creation = Model(
            fields: [
                .required("name", .string(max: 80)), .required("region", .literal(Self.regions)),
                .optional("id", .uuid), .optional("integration_team_id", .string(max: 256)),
            ], forbidsExtras: true)
        let included = SchemaField.query("include_environment", .list(.enumeration(Self.environments)))
        return [
            Route("teams", .get, collection, filter, handle: listTeams),
            Route("createTeam", .post, collection, body: creation, handle: createTeam),
            Route("team", .get, "/v1/org/{org_id}/team/{team_id}", [.path("team_id", .uuid), included]) { arguments in
                let id = try arguments.uuid("team_id")
                let team = try self.state.withLock { try $0.team(id) }
                return .json(team.details(including: arguments.texts("include_environment") ?? []))
            },
        ]
    }

    /// Lists the teams, in pages. The search looks for a part of the name, whatever its case.
    @Sendable private func listTeams(_ arguments: CallArguments) throws -> HTTPResponse {
        let (teamID, regions) = (arguments.uuidIfPresent("team_id"), arguments.texts("region"))
        let part = arguments.textIfPresent("search_query")?.lowercased()
        let rows = arguments.listed(teams).enumerated().map { (number: $0.offset + 1, row: $0.element) }.filter {
            _, team in
            (teamID == nil || team.id == teamID) && (regions?.contains(team.region) ?? true)
                && (part.map { $0.isEmpty || team.name.lowercased().contains($0) } ?? true)
        }
        let (page, next) = try Self.page(
            rows, size: pageSize ?? 2, cursor: arguments.textIfPresent("next_cursor"))
        return .json(["teams": .objects(page.map(\.listed)), "next_cursor": next])
    }

    /// Creates a team, or answers 409 with the id of the team that has this id or this integration id already.
    @Sendable private func createTeam(_ arguments: CallArguments) throws -> HTTPResponse {
        let (name, region) = (try arguments.text("name"), try arguments.text("region"))
        let integrationID = arguments.textIfPresent("integration_team_id")
        let id = arguments.uuidIfPresent("id")
        return state.withLock { state in
            let existing = state.teams.first { team in
                team.id == id || (integrationID.map { $0 == team.integrationTeamID } ?? false)
            }
            if let existing { return .json(["team_id": .string(existing.id.wireValue)], status: 409) }
            let team = state.addTeam(name: name, region: region, id: id, integrationTeamID: integrationID)
            arguments.created(team.id)
            return .json(team.details(including: []))
        }
    }
}
