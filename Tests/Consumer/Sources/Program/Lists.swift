import APIKeysTesting
import Foundation
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
    try await search(junction)
    try await search(FakeTeams())
}

/// What the program needs of a provider: a client in production, a fake in its tests.
nonisolated protocol TeamSource: Sendable {
    func everyTeam() -> PagedSequence<Junction.TeamSummary>
}

extension JunctionClient: TeamSource {
    nonisolated func everyTeam() -> PagedSequence<Junction.TeamSummary> { teams() }
}

/// Two pages, without a request.
nonisolated struct FakeTeams: TeamSource {
    func everyTeam() -> PagedSequence<Junction.TeamSummary> {
        PagedSequence { cursor throws(APIError) in
            switch cursor {
            case nil: PagedSequence.Page(elements: [Self.team("Clinic")], nextCursor: "2")
            case "2": PagedSequence.Page(elements: [Self.team("Laboratory")])
            default: throw APIError(kind: .notFound, outcome: .notProcessed, provider: "Fake", operation: "everyTeam")
            }
        }
    }

    private static func team(_ name: String) -> Junction.TeamSummary {
        Junction.TeamSummary(id: Example.teamID, name: name, createdOn: Date(), region: .eu)
    }
}

/// What an `AsyncSequence` offers, with the type of its error, in either kind of `do`.
func search(_ source: any TeamSource) async throws {
    do throws(APIError) {
        let clinic = try await source.everyTeam().first { $0.name == "Clinic" }
        let isListed = try await source.everyTeam().contains { $0.name == "Clinic" }
        let areEuropean = try await source.everyTeam().allSatisfy { $0.region == .eu }
        guard clinic?.region == .eu, isListed, areEuropean else {
            throw APIError(kind: .notFound, outcome: .notProcessed, provider: "", operation: "")
        }
    } catch {
        throw Failure("a typed search: \(error)")
    }
    do {
        let missing = try await source.everyTeam().first { $0.name == "Office" }
        let count = try await source.everyTeam().reduce(0) { count, _ in count + 1 }
        let names = try await source.everyTeam().reduce(into: []) { $0.append($1.name) }
        try check(missing == nil && names.first == "Clinic" && names.count == count, "\(names)")
    } catch let error as APIError {
        throw Failure("an untyped search: \(error)")
    }
    var pages = 0
    for try await page in source.everyTeam().pages { pages += page.elements.isEmpty ? 0 : 1 }
    try check(pages == (source is FakeTeams ? 2 : 1), "\(pages) pages")
}
