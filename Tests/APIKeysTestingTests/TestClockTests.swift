import APIKeys
import APIKeysTesting
import Foundation
import JunctionKeys
import Testing

@Suite(.timeLimit(.minutes(5))) struct TestClockTests {
    private func teams(_ transport: MockTransport, _ configuration: ClientConfiguration) async throws -> Int {
        let junction = JunctionClient(
            managementKey: Secret("mg_test"), organizationID: UUID(), configuration: configuration, transport: transport
        )
        return try await junction.teams().all().count
    }

    /// However short the deadlines are, it is the pauses that are skipped.
    @Test func aRetriedCallWithAShortTimeoutSucceeds() async throws {
        let clock = TestClock(skippingSleepsUpTo: .seconds(60))
        let transport = MockTransport(.failing(.server), .json(text: #"{"teams":[],"next_cursor":null}"#))
        let configuration = ClientConfiguration(
            timeout: .seconds(5), attemptTimeout: .seconds(2), clock: clock, random: \.upperBound)
        #expect(try await teams(transport, configuration) == 0)
        #expect(clock.skippedSleeps == [.milliseconds(500)])
        #expect(clock.now.offset == .milliseconds(500))
    }

    @Test func aPauseThatNobodyEndsFailsWithWords() async throws {
        let clock = TestClock(patience: .milliseconds(10))
        let configuration = ClientConfiguration(clock: clock, random: \.upperBound)
        let error = await #expect(throws: APIError.self) {
            try await teams(MockTransport(.failing(.server)), configuration)
        }
        #expect(
            error?.kind
                == .invalidRequest(
                    "nobody ended a pause of 0.5 seconds on a TestClock: call advance(by:), or create the clock with "
                        + "skippingSleepsUpTo"))
        #expect(error?.operation == "teams")
    }
}
