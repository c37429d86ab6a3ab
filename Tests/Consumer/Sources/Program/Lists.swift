import APIKeysTesting
import JunctionKeys

/// A list is read with a loop, or all at once.
func lists() async throws {
    let pages = MockTransport(routes: [
        "GET /v1/org/{org_id}/team": .json(text: #"{"teams":[\#(Example.teamSummary)],"next_cursor":null}"#)
    ])
    let junction = JunctionClient(managementKey: Secret("mg_1"), organizationID: Example.id, transport: pages)
    var names: [String] = []
    for try await team in junction.teams(regions: [.eu]) { names.append(team.name) }
    try check(names == ["Clinic"], "the loop")
    let teams: [Junction.TeamSummary] = try await junction.teams().all()
    try check(teams.map(\.name) == names, "all at once")
}

// TODO(#10): first(where:), contains(where:), reduce and allSatisfy inside `do { … } catch { … }`; a PagedSequence and its
// pages made by a fake of the program's own.
