import APIKeys
import APIKeysTesting
import Testing
import TestSupport

@Suite(.timeLimit(.minutes(5))) struct ConstraintTests {
    private func problem(_ constraints: Constraint...) async -> APIError? {
        await thrownError {
            let client = APIClient(
                provider: "Test", defaultBaseURL: "https://example.com",
                authentication: Authentication(scheme: .bearer, source: nil), configuration: .init(),
                transport: MockTransport(.json("true")))
            let operation = APIOperation<Bool>(
                "test", .get, ["a"], safety: .read, constraints: constraints, reads: .json)
            _ = try await client.send(operation, options: .init())
        }
    }

    @Test func limitsAreInclusiveAndCountScalars() async {
        #expect(await problem(.length(of: "name", "ab", 2...3), .length(of: "name", "abc", 2...3)) == nil)
        #expect(await problem(.length(of: "name", "e\u{301}", 2...3)) == nil)
        #expect(await problem(.length(of: "name", nil, 2...3)) == nil)
        let short = await problem(.length(of: "name", "é", 2...3))
        #expect(short?.kind == .invalidRequest("name must have 2 to 3 characters; it has 1"))
        #expect(short?.outcome == .notProcessed)
        #expect(short?.attempts == 0)
        let long = await problem(.length(of: "name", "👩‍👩‍👧", 0...4))
        #expect(long?.kind == .invalidRequest("name must have at most 4 characters; it has 5"))
    }

    @Test func theFirstBrokenRuleIsTheOneNamed() async {
        let error = await problem(
            .rule(true, "a"), .notEmpty("b", nil), .notEmpty("b", "x"), .oneOf("c", "z", ["x", "y"]), .notEmpty("d", "")
        )
        #expect(error?.kind == .invalidRequest("c must be x or y"))
        #expect(await problem(.oneOf("c", nil, ["x"]), .oneOf("c", "x", ["x"])) == nil)
        #expect(
            await problem(.notEmpty("d", ""))?.kind == .invalidRequest("d must have at least 1 character; it has 0"))
        #expect(await problem(.rule(false, "e must not be"))?.kind == .invalidRequest("e must not be"))
    }
}
