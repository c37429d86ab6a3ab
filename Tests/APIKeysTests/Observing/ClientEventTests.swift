import APIKeys
import APIKeysTesting
import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct ClientEventTests {
    @Test func tellEveryStepAndNoSecret() async throws {
        let events = Locked([ClientEvent]())
        let echo: HTTPHeaders = ["X-Request-ID": "r-\(Probe.credential)"]
        let transport = MockTransport(
            .response(HTTPResponse(status: 503, headers: echo)), .failure(NetworkFailure(reason: .connectionLost)),
            .json(["hidden": "hidden"], headers: ["X-Request-ID": "r2"]))
        let configuration = ClientConfiguration(
            clock: TestClock(skippingSleepsUpTo: .seconds(10)), random: \.upperBound,
            onEvent: { event in events.withLock { $0.append(event) } })
        _ = try await Probe(transport, configuration: configuration).delete()
        let steps: [ClientEvent.Step] = [
            .started, .attempt(number: 1, status: 503, failure: "server"),
            .retry(number: 1, delay: .milliseconds(500)),
            .attempt(number: 2, status: nil, failure: "network: connection lost"),
            .retry(number: 2, delay: .seconds(1)), .attempt(number: 3, status: 200, failure: nil),
            .finished(attempts: 3, status: 200, failure: nil, outcome: nil),
        ]
        let seen = events.withLock { $0 }
        #expect(seen.map(\.step) == steps)
        #expect(seen.last?.duration == .milliseconds(1500))
        #expect(seen.map(\.requestID) == [nil, "r-(redacted)", "r-(redacted)", nil, nil, "r2", "r2"])
        for event in seen {
            #expect(event.pathTemplate == "/v1/things/{thing_id}")
            #expect(event.method == .delete)
            var dumped = ""
            dump(event, to: &dumped)
            for hidden in [Probe.credential, "hidden", "secret"] { #expect(!dumped.contains(hidden)) }
        }
    }

    @Test func tellOfAFailure() async throws {
        let events = Locked([ClientEvent]())
        let configuration = ClientConfiguration(onEvent: { event in events.withLock { $0.append(event) } })
        let transport = MockTransport(.response(HTTPResponse(status: 500)))
        _ = try await failure { () throws(APIError) in
            try await Probe(transport, configuration: configuration).create()
        }
        let last = events.withLock { $0.last?.step }
        #expect(last == .finished(attempts: 1, status: 500, failure: "server", outcome: .unknown))
    }
}
