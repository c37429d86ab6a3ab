import APIKeys
import APIKeysTesting
import Foundation
import TestSupport
import Testing

@Suite struct SecretRecoveryTests {
    @Test(arguments: [
        (#"{"token":"tok_new"}"#, "tok_new"), (#"{"id":null,"token":"tok_new"}"#, "tok_new"),
        (#"{"data":{"key":{"token":"tok_new"}}}"#, "tok_new"), (#"[{"token":"tok_new"}]"#, "tok_new"),
        // A guess is never called a secret.
        (#"{"token":{"value":"tok_new"}}"#, nil), (#"{"token":["tok_new"]}"#, nil),
        (#"{"id":1,"token":"tok_new","na"#, "tok_new"), (#"{"token" : "tok_\u006eew" "#, "tok_new"),
        (#"{"token":"a\"b\\","#, #"a"b\"#), ("{\"token\"\n:\t\"tok_new\"", "tok_new"),
        (#"{"the token":1,"x":"token","token":"tok_new""#, "tok_new"),
        (#"HTTP junk {"token":"tok_new"} tail"#, "tok_new"),
        (#"{"token":"tok_ne"#, nil), (#"{"token":"tok_new\"#, nil), (#"{"token":7}"#, nil), (#"{"token":""}"#, nil),
        (#"{"token":null}"#, nil), (#"{"other":"tok_new"}"#, nil), ("", nil), ("{", nil), (#"{"token""#, nil),
        (#"{"token":"#, nil), (#"{"token":"\uD800","#, nil),
    ])
    func isFoundWhereverItStands(_ body: String, _ secret: String?) async throws {
        let transport = MockTransport(.json(text: body, status: 201))
        let error = try await failure { () throws(APIError) in try await Probe(transport).create() }
        #expect(error.kind == .decoding)
        #expect(error.outcome == .processed)
        #expect(error.recoveredSecret?.reveal() == secret)
        #expect(error.responseBody == Data(body.utf8))
        #expect(transport.requests.count == 1)
    }

    @Test func isFoundInABodyThatWasCut() async throws {
        let part = HTTPResponse(status: 200, body: Data(#"{"token":"tok_new","#.utf8))
        let failureInTransit = NetworkFailure(reason: .connectionLost, code: -1005, partialResponse: part)
        let transport = MockTransport(.failure(failureInTransit))
        let error = try await failure { () throws(APIError) in try await Probe(transport).create() }
        #expect(error.kind == .network(NetworkFailure(reason: .connectionLost, code: -1005)))
        #expect(error.outcome == .processed)
        #expect(error.recoveredSecret == Secret("tok_new"))
        #expect(transport.requests.count == 1)
    }

    @Test func isFoundInABodyThatIsTooLarge() async throws {
        let body = #"{"token":"tok_new","pad":"\#(String(repeating: "x", count: 1000))"}"#
        let transport = MockTransport(.json(text: body))
        let configuration = ClientConfiguration(maximumResponseBytes: 100)
        let error = try await failure { () throws(APIError) in
            try await Probe(transport, configuration: configuration).create()
        }
        #expect(error.kind == .responseTooLarge)
        #expect(error.outcome == .processed)
        #expect(error.recoveredSecret == Secret("tok_new"))
    }
}
