import APIKeys
import APIKeysTesting
import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct SecretRecoveryTests {
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
        (#"{"token":"#, nil), (#"{"token":"\uD800","#, nil), (#"{"token" "tok_new"}"#, nil),
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

    @Test(arguments: [
        // The member that lies least deep, wherever it stands.
        (#"{"meta":{"token":"wrong"},"token":"right"}"#, "right"),
        (#"{"token":"right","meta":{"token":"wrong"}}"#, "right"),
        (#"{"a":[[{"token":"deep"}]],"b":{"token":"right"},"c":[[{"token":"deep"}]]"#, "right"),
        // Two that differ are no find; the same twice is.
        (#"[{"token":"one"},{"token":"two"}]"#, nil), (#"[{"token":"one"},{"token":"one"}]"#, "one"),
        (#"{"a":{"token":"one"},"b":{"token":"two"},"c":{"d":{"token":"deep"}}}"#, nil),
        // One that was cut hides those below it: they are not it.
        (#"{"meta":{"token":"wrong"},"token":"righ"#, nil), (#"{"meta":{"token":"wrong"},"token":""}"#, nil),
        (#"{"\u0074oken":"tok_new"}"#, "tok_new"), (#"{"tok\u0065n" : "tok_new"}"#, "tok_new"),
        (#"{"tok\u+065n":"x"}"#, nil), (#"{"to\k\u0065n":"x"}"#, nil),
        (#"{"token2":"x","xtoken":"y"}"#, nil), (#"{"a":"\"token\":","token":"tok_new"}"#, "tok_new"),
        (#"]]}}{"token":"tok_new"}"#, "tok_new"),
    ])
    func isTheMemberOfTheLeastDepth(_ body: String, _ secret: String?) {
        #expect(SecretRecovery.secret(named: "token", in: Data(body.utf8))?.reveal() == secret)
    }

    /// Over 256 KiB, where an earlier reader took the first match in the bytes.
    @Test func theSizeOfABodyDoesNotMatter() {
        let pad = String(repeating: "x", count: 300_000)
        let body = #"{"meta":{"token":"wrong"},"pad":"\#(pad)","token":"right"}"#
        for body in [body, String(body.dropLast())] {
            #expect(SecretRecovery.secret(named: "token", in: Data(body.utf8)) == Secret("right"))
        }
    }

    /// Nesting made an earlier reader take time exponential in its depth: 26 deep held a create for 15 seconds.
    @Test(arguments: [26, 60, 120, 400, 100_000])
    func nestingTakesNoTime(_ depth: Int) {
        let opening = String(repeating: #"{"token":"#, count: depth)
        let closing = String(repeating: "}", count: depth)
        let start = ContinuousClock.now
        #expect(SecretRecovery.secret(named: "token", in: Data((opening + "1" + closing).utf8)) == nil)
        let found = SecretRecovery.secret(named: "token", in: Data((opening + #""tok_new""# + closing).utf8))
        #expect(found == Secret("tok_new"))
        #expect(ContinuousClock.now - start < .seconds(15))
    }

    @Test func anEmptySecretIsNoSuccess() async throws {
        let transport = MockTransport(.json(text: #"{"id":7,"token":""}"#))
        let error = try await failure { () throws(APIError) in try await Probe(transport).create() }
        #expect(error.kind == .decoding)
        #expect(error.outcome == .processed)
        #expect(error.message == "token is empty")
        #expect(error.recoveredSecret == nil)
    }
}
