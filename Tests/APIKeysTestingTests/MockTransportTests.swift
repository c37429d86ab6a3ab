import APIKeys
import APIKeysTesting
import Foundation
import JunctionKeys
import Testing

@Suite(.timeLimit(.minutes(5))) struct MockTransportTests {
    private let organizationID: UUID
    private let teamID: UUID
    private let key: Junction.TeamAPIKey

    init() throws {
        organizationID = try #require(UUID(uuidString: "3c90c3cc-0d44-4b50-8888-8dd25736052a"))
        teamID = try #require(UUID(uuidString: "a1b9e2d4-5c3f-4e60-9a71-0f2d8c4b6e11"))
        key = Junction.TeamAPIKey(
            id: organizationID, label: "ci", value: Secret("sk_us_1"), teamID: teamID,
            createdAt: Date(timeIntervalSince1970: 1_700_000_000))
    }

    @Test func aScriptAnswersInOrderAndEnds() async throws {
        let transport = MockTransport(.json(key), .failing(.notFound))
        #expect(try await create(transport) == key)
        #expect(try await failure(transport).kind == .notFound)
        let error = try await failure(transport)
        let unexpected = try #require(error.underlying as? UnexpectedRequest)
        // At once, and without retries.
        #expect(error.kind == .invalidRequest(unexpected.description))
        #expect(error.attempts == 1)
        #expect(error.outcome == .notProcessed)
        #expect(
            unexpected.description == "unexpected request: POST https://api.management.junction.com/v1/org/"
                + "3c90c3cc-0d44-4b50-8888-8dd25736052a/team_api_keys/sandbox/us; expected: 2 requests")
        #expect(transport.requests.count == 3)
    }

    @Test func routesAnswerByMethodAndPath() async throws {
        let transport = MockTransport(routes: [
            "GET /v1/org/{org_id}/team": .failing(.forbidden),
            "POST /v1/org/{org_id}/team_api_keys/{env}/{region}": .json(key),
        ])
        for _ in 0..<2 { #expect(try await create(transport) == key) }
        let junction = client(transport)
        let error = await #expect(throws: APIError.self) { try await junction.teams().all() }
        #expect(error?.kind == .forbidden)
        let other = await #expect(throws: APIError.self) { try await junction.team(id: teamID) }
        let unexpected = try #require(other?.underlying as? UnexpectedRequest)
        #expect(
            unexpected.description.hasSuffix(
                "expected: GET /v1/org/{org_id}/team, POST /v1/org/{org_id}/team_api_keys/{env}/{region}"))
    }

    @Test func aRouteMayHaveASequenceOfAnswers() async throws {
        let transport = MockTransport(routes: [
            "POST /v1/org/{org_id}/team_api_keys/{env}/{region}": .sequence([
                .failing(.rateLimited, retryAfter: .milliseconds(1500)), .json(key),
            ])
        ])
        let clock = TestClock(skippingSleepsUpTo: .seconds(10))
        #expect(try await create(transport, ClientConfiguration(clock: clock)) == key)
        #expect(clock.skippedSleeps == [.milliseconds(1500)])
        #expect(try await failure(transport).underlying is UnexpectedRequest)
    }

    @Test(arguments: [
        APIError.Kind.invalidRequest("label"),
        .validation(
            HTTPValidationError(detail: [
                ValidationError(loc: ["body", "label"], msg: "Field required", type: "missing", input: .object([:]))
            ])), .badRequest, .unauthorized, .forbidden, .notFound, .conflict, .rateLimited, .server, .redirect,
        .unexpectedStatus, .network(NetworkFailure(reason: .connectionLost, code: -1005)), .timedOut, .cancelled,
        .decoding, .responseTooLarge, .credential, .middleware,
    ])
    func everyKindOfFailureCanBeHad(_ kind: APIError.Kind) async throws {
        let transport = MockTransport(.failing(kind))
        let error = try await failure(transport, retry: .never)
        #expect(error.kind == kind)
        #expect(error.provider == "Junction")
        #expect(error.operation == "createTeamAPIKey")
        #expect(error.attempts == 1)
        switch kind {
        case .decoding, .responseTooLarge: #expect(error.outcome == .processed)
        case .server, .network, .timedOut: #expect(error.outcome == .unknown)
        default: #expect(error.outcome == .notProcessed)
        }
    }

    @Test func pausesAreTheSameForTheSameSeed() async throws {
        func pauses(_ seed: UInt64) async throws -> [Duration] {
            let clock = TestClock(skippingSleepsUpTo: .seconds(10))
            let random = SeededRandom(seed: seed)
            let transport = MockTransport(.failing(.rateLimited), .failing(.rateLimited), .json(key))
            let configuration = ClientConfiguration(clock: clock, random: random.draw)
            _ = try await create(transport, configuration)
            return clock.skippedSleeps
        }
        let first = try await pauses(7)
        #expect(try await pauses(7) == first)
        #expect(try await pauses(8) != first)
        #expect(first.count == 2)
    }

    private func client(_ transport: MockTransport, _ configuration: ClientConfiguration = .init()) -> JunctionClient {
        JunctionClient(
            managementKey: Secret("mg_test"), organizationID: organizationID, configuration: configuration,
            transport: transport)
    }

    private func create(
        _ transport: MockTransport, _ configuration: ClientConfiguration = .init()
    ) async throws(APIError) -> Junction.TeamAPIKey {
        try await client(transport, configuration).createTeamAPIKey(
            label: "ci", teamID: teamID, environment: .sandbox, region: .us)
    }

    private func failure(_ transport: MockTransport, retry: RetryPolicy = .default) async throws -> APIError {
        let configuration = ClientConfiguration(retry: retry, clock: TestClock(skippingSleepsUpTo: .seconds(10)))
        return try #require(await #expect(throws: APIError.self) { try await create(transport, configuration) })
    }
}
