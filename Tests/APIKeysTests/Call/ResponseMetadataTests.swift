import APIKeys
import APIKeysTesting
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct ResponseMetadataTests {
    @Test func standsBesideTheValue() async throws {
        let transport = MockTransport(
            .response(HTTPResponse(status: 429)), .json(Probe.thing, status: 201, headers: ["Request-Id": "r1"]))
        let configuration = ClientConfiguration(clock: TestClock(skippingSleepsUpTo: .seconds(10)))
        let (thing, response) = try await withResponseMetadata { () async throws(APIError) in
            try await Probe(transport, configuration: configuration).create()
        }
        #expect(thing == Probe.thing)
        #expect(response?.status == 201)
        #expect(response?.requestID == "r1")
        #expect(response?.attempts == 2)
        #expect(response?.callID != nil)
        #expect(response?.headers["content-type"] == "application/json")
    }

    @Test func anErrorPassesThrough() async throws {
        let transport = MockTransport(.response(HTTPResponse(status: 404)))
        let error = try await failure { () throws(APIError) in
            try await withResponseMetadata { () async throws(APIError) in try await Probe(transport).read() }
        }
        #expect(error.kind == .notFound)
    }

    @Test func withoutACallThereIsNone() async throws {
        let (value, response) = try await withResponseMetadata { () async throws(APIError) in 7 }
        #expect(value == 7)
        #expect(response == nil)
    }
}
