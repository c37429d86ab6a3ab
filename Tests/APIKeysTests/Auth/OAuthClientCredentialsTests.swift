import APIKeys
import APIKeysTesting
import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct OAuthClientCredentialsTests {
    private let url: URL

    init() throws {
        url = try #require(URL(string: "https://tenant.example.com/oauth/token"))
    }

    @Test func theRequestOnTheWire() async throws {
        let transport = MockTransport(
            .json(text: #"{"access_token":"jwt","token_type":"Bearer","expires_in":86400,"scope":"a"}"#))
        let source = OAuthClientCredentials(
            tokenURL: url, clientID: "id&x", clientSecret: Secret("s e=c"), audience: "https://api.nekuda.ai",
            scope: "a b", transport: transport)
        #expect(try await source.credential() == Secret("jwt"))
        #expect(try await source.credential() == Secret("jwt"))
        #expect(transport.requests.count == 1)
        let request = try #require(transport.requests.first)
        #expect(request.method == .post)
        #expect(request.url == url)
        let headers: HTTPHeaders = [
            "Accept": "application/json", "Accept-Language": "en", "User-Agent": "swift-api-keys/0.1.0",
            "Content-Type": "application/x-www-form-urlencoded",
        ]
        #expect(request.headers == headers)
        let body =
            "grant_type=client_credentials&client_id=id%26x&client_secret=s%20e%3Dc"
            + "&audience=https%3A%2F%2Fapi.nekuda.ai&scope=a%20b"
        #expect(request.body == Data(body.utf8))
    }

    @Test func aSlashAtTheEndOfTheTokenURLIsKept() async throws {
        let transport = MockTransport(.json(text: #"{"access_token":"jwt","token_type":"Bearer"}"#))
        let url = try #require(URL(string: "https://idp.example.com/o/token/"))
        _ = try await OAuthClientCredentials(
            tokenURL: url, clientID: "id", clientSecret: Secret("s"), transport: transport
        ).credential()
        #expect(transport.requests.map(\.url) == [url])
    }

    @Test func isFetchedAnewBeforeItExpires() async throws {
        let clock = TestClock()
        let transport = MockTransport(
            .json(text: #"{"access_token":"one","token_type":"bearer","expires_in":600}"#),
            .json(text: #"{"access_token":"two","token_type":"BEARER"}"#))
        let source = OAuthClientCredentials(
            tokenURL: url, clientID: "id", clientSecret: Secret("s"),
            configuration: ClientConfiguration(clock: clock), transport: transport)
        #expect(try await source.credential() == Secret("one"))
        clock.advance(by: .seconds(541))
        #expect(try await source.credential() == Secret("two"))
        clock.advance(by: .seconds(541_000))
        #expect(try await source.credential() == Secret("two"))
    }

    @Test func aRefusalNamesTheReasonAndNoSecret() async throws {
        let body = #"{"error":"access_denied","error_description":"wrong cs_hidden, id"}"#
        let transport = MockTransport(.json(text: body, status: 403))
        let source = OAuthClientCredentials(
            tokenURL: url, clientID: "id", clientSecret: Secret("cs_hidden"), transport: transport)
        let error = try await failure { () throws(APIError) in
            try await Probe(MockTransport(), source: source).create()
        }
        #expect(error.kind == .credential)
        #expect(error.outcome == .notProcessed)
        let inner = try #require(error.underlying as? APIError)
        #expect(inner.kind == .forbidden)
        #expect(inner.message == "wrong (redacted), id")
        var dumped = ""
        dump(error, to: &dumped)
        dump(inner, to: &dumped)
        dump(transport.requests, to: &dumped)
        #expect(!dumped.contains("cs_hidden"))
    }

    @Test(arguments: [
        #"{"token_type":"Bearer"}"#, #"{"access_token":7,"token_type":"Bearer"}"#, #"{"access_token":"jwt"}"#,
        #"{"access_token":"jwt","token_type":"mac"}"#,
        #"{"access_token":"jwt","token_type":"Bearer","expires_in":"x"}"#,
        "", "<html>",
    ])
    func aTokenResponseThatDoesNotFitIsAnError(_ body: String) async throws {
        let source = OAuthClientCredentials(
            tokenURL: url, clientID: "id", clientSecret: Secret("s"), transport: MockTransport(.json(text: body)))
        let error = await #expect(throws: APIError.self) { try await source.credential() }
        #expect(error?.kind == .decoding)
    }

    @Test(arguments: ["-1", "0", "1e300"])
    func aLifetimeOfAnySizeDoesNotTrap(_ seconds: String) async throws {
        let body = #"{"access_token":"jwt","token_type":"Bearer","expires_in":\#(seconds)}"#
        let transport = MockTransport { _ in HTTPResponse(status: 200, body: Data(body.utf8)) }
        let source = OAuthClientCredentials(
            tokenURL: url, clientID: "id", clientSecret: Secret("s"), transport: transport)
        #expect(try await source.credential() == Secret("jwt"))
    }

    @Test func aTokenURLThatMayNotCarryASecretIsRefused() async throws {
        let transport = MockTransport()
        let url = try #require(URL(string: "http://tenant.example.com/oauth/token"))
        let source = OAuthClientCredentials(
            tokenURL: url, clientID: "id", clientSecret: Secret("s"), transport: transport)
        let error = await #expect(throws: APIError.self) { try await source.credential() }
        #expect(error?.kind == .invalidRequest("baseURL must use https; http is for loopback addresses only"))
        #expect(transport.requests.isEmpty)
    }
}
