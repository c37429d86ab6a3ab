import APIKeys
import APIKeysTesting
import Foundation
import JunctionKeys
import Testing

@Suite(.timeLimit(.minutes(5))) struct JunctionTeamTests {
    private let junction = JunctionFixture.client()

    @Test(arguments: [Junction.Region.us, .eu])
    func aTeamIsCreatedGotAndListed(_ region: Junction.Region) async throws {
        let (id, name, integration) = (UUID(), Conformance.unique("Ünï \u{1F511}"), Conformance.unique("i"))
        let team = try await junction.createTeam(name: name, region: region, id: id, integrationTeamID: integration)
        #expect(team.id == id)
        #expect(team.name == name)
        #expect(team.region == region)
        #expect(team.integrationTeamID == integration)
        #expect(team.environments == [.production, .sandbox])
        #expect(team.sandbox == nil && team.production == nil)
        #expect(JunctionFixture.isNow(team.createdOn))
        #expect(try await junction.team(id: id) == team)
        #expect(try await junction.teams(teamID: id).all() == [team.summary])
    }

    @Test func theServerChoosesAnID() async throws {
        let team = try await junction.createTeam(name: Conformance.unique(), region: .us)
        #expect(team.integrationTeamID == nil)
        #expect(try await junction.teams(teamID: team.id).all() == [team.summary])
    }

    @Test func aTakenIDIsAConflictThatNamesTheTeam() async throws {
        let team = try await JunctionFixture.team()
        for (id, integration, owner) in [
            (UUID(), "acme-us", JunctionFixture.teamUS), (team, Conformance.unique(), team),
        ] {
            let error = try await Conformance.failure { () throws(APIError) in
                try await junction.createTeam(name: "never", region: .us, id: id, integrationTeamID: integration)
            }
            #expect(error.kind == .conflict)
            #expect(error.status == 409)
            #expect(error.outcome == .notProcessed)
            let body = try #require(error.responseBody)
            #expect(try JSONDecoder().decode(Junction.ExistingTeam.self, from: body).teamID == owner)
        }
    }

    @Test(arguments: Limit.lengths(0...80))
    func aNameHasAtMost80Scalars(_ limit: Limit) async throws {
        try await limit.check(
            "name", raw: { try await Self.create(["name": $0]) },
            call: { transport throws(APIError) in
                limit.isEchoed(
                    try await JunctionFixture.client(transport: transport)
                        .createTeam(name: limit.value, region: .us).name)
            })
    }

    /// An id can be taken once, so the two ways of sending one need two of the same length.
    @Test(arguments: [255, 256, 257], ["a", "\u{1F511}"])
    func anIntegrationIDHasAtMost256Scalars(_ count: Int, _ pattern: String) async throws {
        func text() -> String {
            let id = UUID().uuidString
            return id + String(repeating: pattern, count: count - id.count)
        }
        let (sent, called) = (text(), text())
        let limit = Limit(
            value: sent, problem: count > 256 ? "string_too_long" : nil, testDescription: "\(count) of \(pattern)")
        try await limit.check(
            "integration_team_id",
            raw: { try await Self.create(["integration_team_id": $0]) },
            call: { transport throws(APIError) in
                try await JunctionFixture.client(transport: transport)
                    .createTeam(name: "limit", region: .us, integrationTeamID: called).integrationTeamID == called
            })
    }

    @Test(arguments: Limit.choices(["us", "eu"], problem: "literal_error"))
    func aRegionIsOneOfTwo(_ limit: Limit) async throws {
        let region = Junction.Region(rawValue: limit.value)
        try await limit.check(
            "region", raw: { try await Self.create(["region": $0]) },
            call: { transport throws(APIError) in
                try await JunctionFixture.client(transport: transport)
                    .createTeam(name: "limit", region: region).region == region
            })
    }

    @Test(arguments: [0, 1, 2, 3, 5])
    func aListGoesOverItsPages(_ count: Int) async throws {
        let name = Conformance.unique("R&D + 50% /=?#\u{1F511}")
        var made: [Junction.TeamSummary] = []
        for number in 0..<count {
            made.append(
                try await junction.createTeam(name: "\(number) \(name)", region: number % 2 == 0 ? .us : .eu).summary)
        }
        let transport = Conformance.recorder()
        let list = JunctionFixture.client(transport: transport).teams(searchQuery: name.lowercased())
        #expect(try await list.all() == made)
        #expect(transport.requests.count == max(1, (count + 1) / 2))
        #expect(try await junction.teams(regions: [.eu, .us], searchQuery: name).all() == made)
        #expect(try await junction.teams(regions: [.eu], searchQuery: name).all() == made.filter { $0.region == .eu })
        #expect(try await junction.teams(teamID: UUID(), searchQuery: name).all().isEmpty)
    }

    @Test func theSeededTeamsAreListedWithTheirDates() async throws {
        let teams = try await junction.teams(searchQuery: "acme").all()
        #expect(
            teams == [
                .init(
                    id: JunctionFixture.teamUS, name: "Acme US", createdOn: Date(timeIntervalSince1970: 1_714_564_800),
                    region: .us, integrationTeamID: "acme-us"),
                .init(
                    id: JunctionFixture.teamEU, name: "Acme EU",
                    createdOn: Date(timeIntervalSince1970: 1_714_651_200.123456), region: .eu),
            ])
    }

    @Test(arguments: [[], [.sandbox], [.production], [.sandbox, .production]] as [[Junction.Environment]])
    func aTeamShowsTheEnvironmentsThatWereAskedFor(_ environments: [Junction.Environment]) async throws {
        let settings: [String: JSONValue] = ["enabled": .bool(true), "data": .object(["retention_days": .integer(90)])]
        let team = try await junction.team(id: JunctionFixture.teamUS, includeEnvironments: environments)
        #expect(team.sandbox == (environments.contains(.sandbox) ? settings : nil))
        #expect(team.production == (environments.contains(.production) ? settings : nil))
        #expect(team.environments == [.production, .sandbox])
    }

    @Test(arguments: [Junction.Environment.sandbox, .production])
    func anAccessTokenIsMadeForAnEnvironment(_ environment: Junction.Environment) async throws {
        let token = try await junction.createTeamAccessToken(
            teamID: JunctionFixture.teamEU, environment: environment)
        #expect(token.accessToken.reveal().hasPrefix("tat_\(environment.rawValue)_"))
        #expect(token.expiresIn == .seconds(3600))
        #expect(!"\(token)".contains(token.accessToken.reveal()))
    }

    /// Sends a team past the client, with one member of its body replaced.
    private static func create(_ member: [String: JSONValue]) async throws -> HTTPResponse {
        let body: [String: JSONValue] = ["name": .string("limit"), "region": .string("us")]
        return try await Conformance.send(
            "POST \(JunctionFixture.path)/team", JunctionFixture.headers, body.merging(member) { _, new in new })
    }
}
