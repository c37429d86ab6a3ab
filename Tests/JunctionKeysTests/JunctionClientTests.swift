import APIKeys
import APIKeysTesting
import Foundation
import JunctionKeys
import Testing
import TestSupport

@Suite(.timeLimit(.minutes(5))) struct JunctionClientTests {
    // MARK: Environment variables

    private let variables = [
        "JUNCTION_MANAGEMENT_KEY": "mg_test", "JUNCTION_ORG_ID": Sample.organizationText,
        "JUNCTION_BASE_URL": "https://api.tryvital.io/management",
    ]

    @Test func aClientIsMadeFromTheEnvironment() async throws {
        let transport = MockTransport(.json("null"))
        let client = try JunctionClient(processEnvironment: variables, transport: transport)
        #expect(client.organizationID == Sample.organization)
        try await client.deleteManagementKey(id: Sample.id)
        #expect(
            transport.requests.first?.url.absoluteString
                == "https://api.tryvital.io/management/v1/org/\(Sample.organizationText)/management_key/\(Sample.idText)"
        )
        #expect(transport.requests.first?.headers["X-Management-Key"] == "mg_test")
    }

    @Test(arguments: [
        ("JUNCTION_MANAGEMENT_KEY", nil), ("JUNCTION_MANAGEMENT_KEY", "\"hush\""), ("JUNCTION_ORG_ID", nil),
        ("JUNCTION_ORG_ID", "hush"), ("JUNCTION_BASE_URL", "http://hush"),
    ])
    func aBadVariableIsNamedAndNotShown(name: String, value: String?) async {
        var variables = variables
        variables[name] = value
        let error = await thrownError {
            _ = try JunctionClient(processEnvironment: variables, transport: MockTransport())
        }
        #expect(error?.outcome == .notProcessed)
        #expect(error?.provider == "Junction")
        #expect(error?.description.contains("environment variable \(name) ") == true)
        #expect(error?.description.contains("hush") == false)
    }

    @Test func aKeyThatAVaultRotatesNeedsNoNewClient() async throws {
        let transport = MockTransport(.json("{}", status: 401), .json("null"))
        let client = JunctionClient(
            managementKey: Vault("mg_1", "mg_2"), organizationID: Sample.organization, transport: transport)
        try await client.deleteManagementKey(id: Sample.id)
        #expect(client.organizationID == Sample.organization)
        #expect(transport.requests.map { $0.headers["X-Management-Key"] } == ["mg_1", "mg_2"])
    }

    // MARK: Limits

    private static let limits: [(String, @Sendable (JunctionClient) async throws -> Void)] = [
        (
            "name must have at most 80 characters; it has 81",
            { _ = try await $0.createTeam(name: String(repeating: "n", count: 81), region: .us) }
        ),
        (
            "integration_team_id must have at most 256 characters; it has 257",
            {
                _ = try await $0.createTeam(
                    name: "n", region: .us, integrationTeamID: String(repeating: "i", count: 257))
            }
        ),
        ("region must be us or eu", { _ = try await $0.createTeam(name: "n", region: .init(rawValue: "mars")) }),
    ]

    @Test(arguments: limits.indices)
    func aValueBeyondItsLimitIsNotSent(index: Int) async {
        let (reason, call) = Self.limits[index]
        #expect(await problemUnlessRefused(reason) { try await call(Sample.client($0)) } == nil)
    }

    @Test func aValueAtItsLimitIsSent() async throws {
        let client = Sample.client(MockTransport(.json(Sample.fullTeamText)))
        _ = try await client.createTeam(
            name: String(repeating: "é", count: 80), region: .eu, integrationTeamID: String(repeating: "i", count: 256))
    }

    @Test func theBodyOfAConflictNamesTheTeam() async throws {
        let client = Sample.client(MockTransport(.json(#"{"team_id":"\#(Sample.teamText)"}"#, status: 409)))
        let error = await thrownError { _ = try await client.createTeam(name: "n", region: .us) }
        #expect(error?.kind == .conflict)
        #expect(error?.outcome == .notProcessed)
        #expect(try error?.decodeResponseBody(as: Junction.ExistingTeam.self).teamID == Sample.team)
    }

    // MARK: Lists

    @Test func everyPageIsAskedForWithTheCursorOfTheOneBefore() async throws {
        let transport = MockTransport(
            .json(#"{"api_keys":[\#(Sample.teamAPIKeyText)],"next_cursor":"a/b&c"}"#),
            .json(#"{"api_keys":[],"next_cursor":"2"}"#), .json(#"{"api_keys":[\#(Sample.teamAPIKeyText)]}"#))
        var keys: [Junction.TeamAPIKey] = []
        for try await key in Sample.client(transport).teamAPIKeys(
            environment: .production, region: .us, teamID: Sample.team)
        {
            keys.append(key)
        }
        #expect(keys == [Sample.teamAPIKey, Sample.teamAPIKey])
        let team = "team_id=\(Sample.teamText)"
        #expect(
            transport.requests.map { $0.url.query() } == [
                team, "\(team)&next_cursor=a%2Fb%26c", "\(team)&next_cursor=2",
            ])
    }

    @Test func aListThatRepeatsItsCursorEnds() async {
        let transport = MockTransport { _ in .json(#"{"teams":[],"next_cursor":"1"}"#) }
        let error = await thrownError { _ = try await Sample.client(transport).teams().all() }
        #expect(error?.kind == .decoding)
        #expect(error?.operation == "teams")
        #expect(transport.requests.count == 2)
    }

    @Test func aListOfManagementKeysThatGoesOnIsAnErrorThatKeepsThem() async {
        let transport = MockTransport(.json(#"{"data":[\#(Sample.managementKeyText)],"next_cursor":"1"}"#))
        let error = await thrownError { _ = try await Sample.client(transport).managementKeys() }
        #expect(error?.kind == .decoding)
        #expect(error?.outcome == .processed)
        #expect(error?.message?.hasPrefix("the list goes on") == true)
        let list = error?.underlying as? Junction.IncompleteList
        #expect(list == Junction.IncompleteList(keys: [Sample.managementKey], nextCursor: "1"))
    }

    // MARK: Deletions

    @Test func aDeletionThatWasDoneByAnEarlierAttemptIsASuccess() async throws {
        let transport = MockTransport(.json("{}", status: 503), .json("{}", status: 404))
        let client = JunctionClient(
            managementKey: Secret("mg_test"), organizationID: Sample.organization,
            configuration: ClientConfiguration(retry: RetryPolicy(baseDelay: .zero)), transport: transport)
        #expect(try await client.deleteManagementKey(id: Sample.id) == nil)
        #expect(transport.requests.count == 2)
    }

    @Test func aDeletionOfWhatIsNotThereIsAnError() async {
        let client = Sample.client(MockTransport(.json("{}", status: 404)))
        #expect(await thrownError { try await client.deleteManagementKey(id: Sample.id) }?.kind == .notFound)
    }

    @Test func noIDsAreNoRequest() async throws {
        let transport = MockTransport()
        let deletion = try await Sample.client(transport).deleteTeamAPIKeys(
            ids: [], environment: .sandbox, region: .us)
        #expect(deletion == Junction.BulkDeletion())
        #expect(transport.requests.isEmpty)
    }

    /// Answers that every key of the request was deleted.
    private func deletingTransport(failingAfter limit: Int = .max) -> MockTransport {
        let count = Locked(0)
        return MockTransport { request in
            let number = count.withLock { count in
                count += 1
                return count
            }
            guard number <= limit else { return .json(#"{"detail":"busy"}"#, status: 503) }
            let items = URLComponents(url: request.url, resolvingAgainstBaseURL: false)?.queryItems ?? []
            let ids = items.compactMap(\.value).map { "\"\($0)\"" }.joined(separator: ",")
            return .json(#"{"failure":[],"not_found":[],"success":[\#(ids)]}"#)
        }
    }

    @Test(arguments: [(1, 1), (100, 1), (101, 2), (250, 3)])
    func manyIDsGoInSeveralRequests(count: Int, requests: Int) async throws {
        let ids = (1...count).map(Sample.uuid)
        let transport = deletingTransport()
        let deletion = try await Sample.client(transport).deleteTeamAPIKeys(
            ids: ids + ids.reversed(), environment: .sandbox, region: .us)
        #expect(deletion == Junction.BulkDeletion(success: ids))
        #expect(transport.requests.count == requests)
        #expect(transport.requests.allSatisfy { $0.url.absoluteString.utf8.count < 8000 && $0.method == .delete })
    }

    @Test func aDeletionThatFailsHalfWaySaysWhatItDid() async {
        let ids = (1...250).map(Sample.uuid)
        let transport = deletingTransport(failingAfter: 1)
        let error = await thrownError {
            _ = try await Sample.client(transport).deleteTeamAPIKeys(ids: ids, environment: .sandbox, region: .us)
        }
        #expect(error?.kind == .server)
        #expect(error?.message == "busy")
        #expect(error?.outcome == .processed)
        let partial = error?.underlying as? Junction.PartialDeletion
        #expect(partial?.completed == Junction.BulkDeletion(success: Array(ids.prefix(100))))
        #expect(partial?.remaining == Array(ids.dropFirst(100)))
        #expect(transport.requests.count == 2)
    }

    @Test func aDeletionThatFailsAtOnceIsAnOrdinaryError() async {
        let error = await thrownError {
            _ = try await Sample.client(deletingTransport(failingAfter: 0)).deleteTeamAPIKeys(
                ids: [Sample.id], environment: .sandbox, region: .us)
        }
        #expect(error?.outcome == .unknown)
        #expect(error?.underlying == nil)
    }
}
