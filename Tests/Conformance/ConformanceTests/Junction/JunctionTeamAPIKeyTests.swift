import APIKeysTesting
import Foundation
import JunctionKeys
import Testing

@Suite(.timeLimit(.minutes(5))) struct JunctionTeamAPIKeyTests {
    private let junction = JunctionFixture.client()

    private static let places: [(Junction.Environment, Junction.Region)] = [
        (.sandbox, .us), (.sandbox, .eu), (.production, .us), (.production, .eu),
    ]

    @Test(arguments: places)
    func create(_ environment: Junction.Environment, _ region: Junction.Region) async throws {
        let label = "ci \u{1F511} \"\\/\n\u{0}\u{2028}"
        let key = try await junction.createTeamAPIKey(
            label: label, teamID: JunctionFixture.teamUS, environment: environment, region: region)
        #expect(key.label == label)
        #expect(key.teamID == JunctionFixture.teamUS)
        #expect(key.value.reveal().wholeMatch(of: /sk_(us|eu)_[0-9a-f]{32}/)?.1 == region.rawValue[...])
        #expect(JunctionFixture.isNow(key.createdAt))
        #expect(!"\(key)".contains(key.value.reveal()))
    }

    @Test(arguments: ["", String(repeating: "\u{1F511}", count: 10_000)])
    func aLabelHasNoLimit(_ label: String) async throws {
        let key = try await junction.createTeamAPIKey(
            label: label, teamID: JunctionFixture.teamUS, environment: .sandbox, region: .us)
        #expect(key.label == label)
    }

    /// The server writes its dates in three forms, in turn.
    @Test func everyFormOfADateIsRead() async throws {
        let keys = try await keys(6, of: JunctionFixture.team(), in: (.sandbox, .us))
        #expect(keys.allSatisfy { JunctionFixture.isNow($0.createdAt) })
    }

    @Test(arguments: places)
    func aKeyIsListedInItsPlaceAlone(_ environment: Junction.Environment, _ region: Junction.Region) async throws {
        let team = try await JunctionFixture.team()
        let made = try await keys(1, of: team, in: (environment, region))
        for (other, otherRegion) in Self.places {
            let listed = try await junction.teamAPIKeys(environment: other, region: otherRegion, teamID: team).all()
            #expect(listed == ((other, otherRegion) == (environment, region) ? made : []))
        }
    }

    @Test(arguments: [0, 1, 3, 4, 6, 7])
    func aListOfOneTeamGoesOverItsPages(_ count: Int) async throws {
        let team = try await JunctionFixture.team()
        let made = try await keys(count, of: team, in: (.sandbox, .us))
        let transport = Conformance.recorder()
        let list = JunctionFixture.client(transport: transport)
            .teamAPIKeys(environment: .sandbox, region: .us, teamID: team)
        #expect(transport.requests.isEmpty)

        var pages: [PagedSequence<Junction.TeamAPIKey>.Page] = []
        for try await page in list.pages { pages.append(page) }
        #expect(pages.flatMap(\.elements) == made)
        #expect(
            pages.map(\.elements.count)
                == (count == 0 ? [0] : stride(from: 0, to: count, by: 3).map { min(3, count - $0) }))
        #expect(pages.last?.nextCursor == nil)
        #expect(pages.dropLast().allSatisfy { $0.nextCursor?.wholeMatch(of: /after\+[0-9]+\/=&/) != nil })

        let urls = transport.requests.map(\.url.absoluteString)
        #expect(urls.allSatisfy { $0.contains("?team_id=\(team.uuidString.lowercased())") })
        #expect(urls.map { $0.contains("&next_cursor=after%2B") } == urls.indices.map { $0 > 0 })

        var iterated: [Junction.TeamAPIKey] = []
        for try await key in list { iterated.append(key) }
        #expect(iterated == made)
    }

    /// Other tests create and delete here meanwhile; none of ours may be missing or be there twice.
    @Test func aListOfEveryTeamHoldsEachKeyOnce() async throws {
        let (team, other) = (try await JunctionFixture.team(), try await JunctionFixture.team())
        var made: [Junction.TeamAPIKey] = []
        for id in [team, other, team, other, team] {
            made += try await keys(1, of: id, in: (.production, .eu))
        }
        let listed = try await junction.teamAPIKeys(environment: .production, region: .eu).all()
        #expect(listed.filter { [team, other].contains($0.teamID) } == made)
        #expect(Set(listed.map(\.id)).count == listed.count)
    }

    private func keys(
        _ count: Int, of team: UUID, in place: (environment: Junction.Environment, region: Junction.Region)
    ) async throws -> [Junction.TeamAPIKey] {
        var keys: [Junction.TeamAPIKey] = []
        for number in 0..<count {
            keys.append(
                try await junction.createTeamAPIKey(
                    label: "key \(number)", teamID: team, environment: place.environment, region: place.region))
        }
        return keys
    }
}
