import APIKeysTesting
import Foundation
import JunctionKeys
import Testing

@Suite(.timeLimit(.minutes(5))) struct JunctionTeamAPIKeyDeletionTests {
    private let junction = JunctionFixture.client()

    @Test func aDeletionSaysWhatBecameOfEachKey() async throws {
        let team = try await JunctionFixture.team()
        let (first, second) = (try await key(of: team), try await key(of: team))
        let kept = try await key("protected-ci", of: team)
        let elsewhere = try await key(of: team, region: .eu)
        let unknown = UUID()

        let ids = [unknown, first, kept, second, elsewhere]
        let deletion = try await junction.deleteTeamAPIKeys(ids: ids, environment: .sandbox, region: .us)
        #expect(deletion.success == [first, second])
        #expect(deletion.failure == [kept, elsewhere])
        #expect(deletion.notFound == [unknown])

        let again = try await junction.deleteTeamAPIKeys(ids: [first, kept], environment: .sandbox, region: .us)
        #expect(again == Junction.BulkDeletion(failure: [kept], notFound: [first]))
        let left = try await junction.teamAPIKeys(environment: .sandbox, region: .us, teamID: team).all()
        #expect(left.map(\.id) == [kept])
    }

    @Test func anIDGivenTwiceIsSentOnce() async throws {
        let transport = Conformance.recorder()
        let id = try await key(of: JunctionFixture.teamUS)
        let deletion = try await JunctionFixture.client(transport: transport)
            .deleteTeamAPIKeys(ids: [id, id], environment: .sandbox, region: .us)
        #expect(deletion == Junction.BulkDeletion(success: [id]))
        let text = id.uuidString.lowercased()
        #expect(transport.requests.map { $0.url.query } == ["api_key_id=\(text)"])
        #expect(transport.requests.map(\.body) == [nil])
    }

    /// The server refuses a request without an id; the client has none to send.
    @Test func noIDsAreNoRequest() async throws {
        let transport = Conformance.recorder()
        let deletion = try await JunctionFixture.client(transport: transport)
            .deleteTeamAPIKeys(ids: [], environment: .sandbox, region: .us)
        #expect(deletion == Junction.BulkDeletion())
        #expect(transport.requests.isEmpty)
    }

    @Test func manyIDsGoInSeveralRequests() async throws {
        let (first, last) = (try await key(of: JunctionFixture.teamUS), try await key(of: JunctionFixture.teamUS))
        let unknown = (0..<249).map { _ in UUID() }
        let transport = Conformance.recorder()
        let deletion = try await JunctionFixture.client(transport: transport)
            .deleteTeamAPIKeys(ids: [first] + unknown + [last], environment: .sandbox, region: .us)
        #expect(deletion == Junction.BulkDeletion(success: [first, last], notFound: unknown))
        #expect(transport.requests.count == 3)
    }

    @Test func whatWasDeletedBeforeAFailureIsKnown() async throws {
        let (first, last) = (try await key(of: JunctionFixture.teamUS), try await key(of: JunctionFixture.teamUS))
        let unknown = (0..<100).map { _ in UUID() }
        let lastText = last.uuidString.lowercased()
        let transport = Conformance.recorder { request in
            if request.url.absoluteString.contains(lastText) { request.headers["X-Management-Key"] = "mg_forbidden" }
        }
        let error = try await Conformance.failure { () throws(APIError) in
            try await JunctionFixture.client(transport: transport)
                .deleteTeamAPIKeys(ids: [first] + unknown + [last], environment: .sandbox, region: .us)
        }
        #expect(error.kind == .forbidden)
        #expect(error.outcome == .processed)
        let partial = try #require(error.underlying as? Junction.PartialDeletion)
        #expect(partial.completed == Junction.BulkDeletion(success: [first], notFound: Array(unknown.prefix(99))))
        #expect(partial.remaining == [unknown[99], last])

        let rest = try await junction.deleteTeamAPIKeys(ids: partial.remaining, environment: .sandbox, region: .us)
        #expect(rest == Junction.BulkDeletion(success: [last], notFound: [unknown[99]]))
    }

    private func key(
        _ label: String = "ci", of team: UUID, region: Junction.Region = .us
    ) async throws -> UUID {
        try await junction.createTeamAPIKey(label: label, teamID: team, environment: .sandbox, region: region).id
    }
}
