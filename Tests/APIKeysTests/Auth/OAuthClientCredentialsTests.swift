import APIKeys
import APIKeysTesting
import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct OAuthClientCredentialsTests {
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
        #expect(try await source.credential() == Secret("one"))
        while try await source.credential() == Secret("one") { try await Task.sleep(for: .milliseconds(1)) }
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
        #expect("\(error)".contains("no credential: OAuth.token: 403 forbidden: wrong (redacted), id"))
        var dumped = ""
        dump(error, to: &dumped)
        dump(inner, to: &dumped)
        dump(transport.requests, to: &dumped)
        #expect(!dumped.contains("cs_hidden"))
    }

    @Test(arguments: [
        #"{"token_type":"Bearer"}"#, #"{"access_token":7,"token_type":"Bearer"}"#, #"{"access_token":""}"#,
        #"{"access_token":"jwt","token_type":"mac"}"#, #"{"access_token":"jwt","token_type":7}"#,
        #"{"access_token":"jwt","token_type":"Bearer","expires_in":"x"}"#,
        #"{"access_token":"jwt","expires_in":"nan"}"#, #"{"access_token":"jwt","expires_in":true}"#,
        #"{"access_token":"jwt","expires_in":[3600]}"#, "", "<html>",
    ])
    func aTokenResponseThatDoesNotFitIsAnError(_ body: String) async throws {
        let source = OAuthClientCredentials(
            tokenURL: url, clientID: "id", clientSecret: Secret("s"), transport: MockTransport(.json(text: body)))
        let error = await #expect(throws: APIError.self) { try await source.credential() }
        #expect(error?.kind == .decoding)
    }

    /// Servers leave out what RFC 6749 requires, and send the lifetime as they like.
    @Test(
        arguments: [
            ("", nil), (#","token_type":"Bearer""#, nil), (#","token_type":null,"expires_in":null"#, nil),
            (#","token_type":"","expires_in":" ""#, nil), (#","token_type":"BEARER","expires_in":3600"#, 3600),
            (#","expires_in":"3600""#, 3600), (#","expires_in":" 3600 ""#, 3600), (#","expires_in":3600.0"#, 3600),
            (#","expires_in":3599.5"#, 3599.5), (#","expires_in":"3599.5""#, 3599.5), (#","expires_in":3.6e3"#, 3600),
        ] as [(String, Double?)])
    func aTokenIsReadAsTheFieldsClientsDo(_ members: String, _ lifetime: Double?) async throws {
        let (clock, requests) = (TestClock(), Locked(0))
        let transport = MockTransport { _ in
            requests.withLock { $0 += 1 }
            return .json(#"{"access_token":"jwt"\#(members)}"#)
        }
        let source = OAuthClientCredentials(
            tokenURL: url, clientID: "id", clientSecret: Secret("s"),
            configuration: ClientConfiguration(clock: clock), transport: transport)
        #expect(try await source.credential() == Secret("jwt"))
        clock.advance(by: .seconds((lifetime ?? 31_536_000) - 0.001))
        #expect(try await source.credential() == Secret("jwt"))
        if lifetime == nil {
            #expect(requests.withLock { $0 } == 1)
        } else {
            while requests.withLock({ $0 }) < 2 { try await Task.sleep(for: .milliseconds(1)) }
        }
    }

    /// The token request has its configuration's time, be it more or less than that of a fetch.
    @Test(arguments: [Duration.seconds(90), .seconds(3)])
    func theConfigurationsTimeoutHolds(_ timeout: Duration) async throws {
        let (clock, asked, answer) = (TestClock(), Signal(), Signal())
        let transport = MockTransport { _ in
            asked.set()
            await answer.wait()
            return .json(#"{"access_token":"jwt"}"#)
        }
        let configuration = ClientConfiguration(
            timeout: timeout, attemptTimeout: .seconds(120), retry: .never, clock: clock)
        let source = OAuthClientCredentials(
            tokenURL: url, clientID: "id", clientSecret: Secret("s"), configuration: configuration, transport: transport
        )
        let token = Task { try await source.credential() }
        await asked.wait()
        await clock.waitForSleepers(2)
        clock.advance(by: timeout - .milliseconds(1))
        // Longer than the last moment of a fetch whose time is over.
        try await Task.sleep(for: .milliseconds(150))
        answer.set()
        #expect(try await token.value == Secret("jwt"))
    }

    @Test func aTokenRequestThatIsTooSlowSaysSo() async throws {
        let (clock, asked) = (TestClock(), Signal())
        let transport = MockTransport { _ in
            asked.set()
            try await hang()
            return .json("{}")
        }
        let source = OAuthClientCredentials(
            tokenURL: url, clientID: "id", clientSecret: Secret("s"),
            configuration: ClientConfiguration(timeout: .seconds(3), clock: clock), transport: transport)
        let token = Task { try await source.credential() }
        await asked.wait()
        await clock.waitForSleepers(2)
        clock.advance(by: .seconds(3))
        let error = await #expect(throws: APIError.self) { try await token.value }
        #expect(error?.kind == .timedOut)
        #expect(error?.operation == "token")
    }

    @Test(arguments: ["-1", "0", "1e300", "\"1e300\"", "\"-5\""])
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
