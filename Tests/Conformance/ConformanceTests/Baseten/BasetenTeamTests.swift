import BasetenKeys
import Foundation
import Testing

@Suite(.timeLimit(.minutes(5))) struct BasetenTeamTests {
    private let baseten = BasetenFixture.client()

    @Test func theTeamsAreListed() async throws {
        let teams = try await baseten.teams()
        #expect(teams.map(\.id) == [BasetenFixture.team, BasetenFixture.slashTeam])
        #expect(teams.map(\.name) == ["Default", "Research & Development"])
        #expect(teams.map(\.isDefault) == [true, false])
        let dates = teams.map(\.createdAt)
        #expect(dates.allSatisfy { $0 < Date() && $0.timeIntervalSinceNow > -86_400 })
    }

    @Test(arguments: ["Default", "Research & Development", "default", "Research", "", "%26"])
    func aTeamIsFoundByItsWholeName(_ name: String) async throws {
        let expected = try await baseten.teams().filter { $0.name == name }
        #expect(try await baseten.teams(name: name) == expected)
    }

    @Test(arguments: [BasetenFixture.team, BasetenFixture.slashTeam], [Baseten.Authorization.apiKey, .bearer])
    func aTeamIsGot(_ id: String, _ authorization: Baseten.Authorization) async throws {
        let team = try await BasetenFixture.client(authorization: authorization).team(id: id)
        #expect(try await baseten.teams().filter { $0.id == id } == [team])
    }

    @Test(arguments: [Baseten.Authorization.apiKey, .bearer])
    func aClientIsMadeFromVariables(_ authorization: Baseten.Authorization) async throws {
        let variables = [
            "BASETEN_API_KEY": "conform1.baseten-conformance", "BASETEN_BASE_URL": Conformance.baseURL.absoluteString,
        ]
        let client = try BasetenClient(
            processEnvironment: variables, authorization: authorization, configuration: .init(retry: .never))
        #expect(try await client.team(id: BasetenFixture.team).isDefault)
    }
}
