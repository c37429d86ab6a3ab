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
}

// TODO(#10): a retried call with a short time-out under TestClock; a request that MockTransport does not expect;
// Retry-After with `.failing(.rateLimited)`; a route with a list of answers.
