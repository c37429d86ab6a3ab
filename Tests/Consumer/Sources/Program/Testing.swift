import APIKeysTesting
import JunctionKeys

/// How a program tests itself: answers by script, and pauses that pass at once.
func testing() async throws {
    let transport = MockTransport(.failing(.server), .json(text: #"{"data":[],"next_cursor":null}"#))
    let configuration = ClientConfiguration(
        clock: TestClock(skippingSleepsUpTo: .seconds(10)), random: SeededRandom(seed: 7).draw)
    let junction = JunctionClient(
        managementKey: Secret("mg_1"), organizationID: Example.id, configuration: configuration, transport: transport)
    try check(try await junction.managementKeys().isEmpty, "the list")
    try check(transport.requests.count == 2, "the requests")
    try await answeringByClosure()
    try await retryingWithShortTimeout()
    try await unexpectedRequest()
}

/// What the closure of a transport is given and returns needs no further import.
func answeringByClosure() async throws {
    let transport = MockTransport { (request: HTTPRequest) in
        guard request.method == HTTPMethod.get else { throw NetworkFailure(reason: .connectionRefused) }
        return HTTPResponse(status: 403, headers: HTTPHeaders())
    }
    let junction = JunctionClient(managementKey: Secret("mg_1"), organizationID: Example.id, transport: transport)
    var kind: APIError.Kind?
    do throws(APIError) { _ = try await junction.managementKeys() } catch { kind = error.kind }
    try check(kind == .forbidden, "the answer of a closure")
}

/// A call with little time is retried within it, since the clock tells deadlines from pauses.
func retryingWithShortTimeout() async throws {
    let clock = TestClock(skippingSleepsUpTo: .seconds(10))
    let transport = MockTransport(routes: [
        "GET /v1/org/{org_id}/management_key": .sequence([
            .failing(.rateLimited, retryAfter: .seconds(1)), .failing(.server),
            .json(text: #"{"data":[],"next_cursor":null}"#),
        ])
    ])
    let junction = JunctionClient(
        managementKey: Secret("mg_1"), organizationID: Example.id, configuration: ClientConfiguration(clock: clock),
        transport: transport)
    let options = RequestOptions(timeout: .seconds(5), attemptTimeout: .milliseconds(500))
    try check(try await junction.managementKeys(options: options).isEmpty, "the list after two retries")
    try check(transport.requests.count == 3 && clock.skippedSleeps.count == 2, "\(clock.skippedSleeps)")
    try check(clock.skippedSleeps.first.map { $0 >= .seconds(1) } == true, "the server's hint")
}

/// A request that the test does not expect ends its call at once, also in a create.
func unexpectedRequest() async throws {
    let transport = MockTransport(routes: ["GET /v1/org/{org_id}/management_key": .json(text: "{}")])
    let junction = JunctionClient(managementKey: Secret("mg_1"), organizationID: Example.id, transport: transport)
    var isNamed = false
    do throws(APIError) {
        _ = try await junction.createManagementKey(label: "ops", teamID: Example.teamID)
    } catch {
        guard case .invalidRequest(let text) = error.kind else { throw Failure("\(error)") }
        isNamed = text.contains("POST") && text.contains("GET /v1/org/{org_id}/management_key")
        try check(error.attempts == 1 && error.outcome == .notProcessed, "\(error)")
    }
    try check(isNamed && transport.requests.count == 1, "the request that was not expected")
}
