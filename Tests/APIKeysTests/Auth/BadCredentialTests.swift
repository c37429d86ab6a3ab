import APIKeys
import APIKeysTesting
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct BadCredentialTests {
    @Test(arguments: [
        ("key\n", "holds a line break"), ("ke\ry", "holds a line break"), ("key\r\nX-Other: 1", "holds a line break"),
        ("ke\u{0}y", "holds a NUL character"), ("k\u{E9}y", "holds a character outside ASCII"),
        ("ke\u{7F}y", "holds a control character"), ("", "is empty"), (" key", "begins or ends with white space"),
        ("key ", "begins or ends with white space"),
    ])
    func isRefusedBeforeAnythingIsSent(_ credential: String, _ problem: String) async throws {
        let transport = MockTransport()
        let probe = Probe(transport, credential: Secret(credential))
        let error = try await failure { () throws(APIError) in try await probe.create() }
        #expect(error.kind == .invalidRequest("the credential for the header X-Key \(problem)"))
        #expect(error.outcome == .notProcessed)
        #expect(error.attempts == 0)
        #expect(transport.requests.isEmpty)
        #expect(credential.isEmpty || !String(reflecting: error).contains(credential))
    }

    @Test func aClientWithoutACredentialSendsNone() async throws {
        let transport = MockTransport(.json(text: #"{"id":7,"token":"t"}"#))
        _ = try await Probe(transport, credential: nil).read()
        #expect(transport.requests.first?.headers["X-Key"] == nil)
    }
}
