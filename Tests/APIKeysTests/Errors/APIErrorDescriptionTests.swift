import APIKeys
import APIKeysTesting
import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct APIErrorDescriptionTests {
    private func error(
        _ answer: MockTransport.Answer, base: String = "https://user:hidden@127.0.0.1:8443", _ safety: Safety = .create
    ) async throws -> APIError {
        // Not the client's own check of its base URL, which takes no user info: the URL of the request.
        let url = try #require(URL(string: base.replacing("user:hidden@", with: "")))
        let configuration = ClientConfiguration(baseURL: url, retry: .never)
        return try await failure { () throws(APIError) in
            try await Probe(MockTransport(answer), configuration: configuration).call(safety)
        }
    }

    @Test(arguments: [
        NetworkFailure.Reason.hostNotFound, .connectionRefused, .connectionLost, .other, .timedOut, .invalidResponse,
    ])
    func aFailureOfTheNetworkNamesTheServer(_ reason: NetworkFailure.Reason) async throws {
        for (base, server) in [
            ("https://127.0.0.1:8443/hidden/v1", "https://127.0.0.1:8443"), ("http://[::1]:80", "http://[::1]:80"),
            ("https://api.example.com", "https://api.example.com"),
        ] {
            let error = try await error(.failure(NetworkFailure(reason: reason)), base: base)
            #expect(error.server == server)
            #expect(error.description.contains(": \(server)"))
            #expect(!everyText(of: error).contains("hidden"))
        }
    }

    @Test func aNotFoundBelowAVersionSaysWhatIsLikelyWrong() async throws {
        for (base, hint) in [
            ("https://h.example/v1", "the base URL ends in /v1"),
            ("https://h.example/api/v2beta/", "the base URL ends in /v2beta"),
            ("https://h.example/prefix", nil), ("https://h.example", nil), ("https://h.example/vault", nil),
            ("https://h.example/v1/things/v1/", "the base URL ends in /v1"),
        ] {
            let error = try await error(.response(HTTPResponse(status: 404)), base: base)
            #expect(error.kind == .notFound)
            #expect(error.description.contains("the base URL ends in") == (hint != nil))
            if let hint { #expect(error.description.contains(hint)) }
            #expect(error.message == nil)
        }
        let forbidden = try await error(.response(HTTPResponse(status: 403)), base: "https://h.example/v1")
        #expect(!forbidden.description.contains("base URL"))
    }

    @Test func httpsToAPortOfPlainHTTPSaysSo() async throws {
        let peer = try LoopbackPeer { connection, _ in
            connection.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        }
        let url = try #require(URL(string: "https://127.0.0.1:\(peer.port)"))
        let configuration = ClientConfiguration(
            baseURL: url, timeout: .seconds(110), attemptTimeout: .seconds(100), retry: .never)
        let error = try await failure { () throws(APIError) in
            try await Probe(URLSessionTransport.shared, configuration: configuration).read()
        }
        #expect(error.description.contains("https://127.0.0.1:\(peer.port)"))
        #expect(error.description.contains("does port \(peer.port) speak TLS?"), "\(error)")
    }

    /// Whether the server carried a read out does not matter.
    @Test func aReadSaysNothingOfItsOutcome() async throws {
        for answer in [
            .response(HTTPResponse(status: 500)), .failure(NetworkFailure(reason: .connectionLost)), .json(text: "[]"),
            .response(HTTPResponse(status: 403)),
        ] as [MockTransport.Answer] {
            let read = try await error(answer, .read)
            #expect(!read.description.contains("carried the request out") && !read.description.contains("processed"))
            let create = try await error(answer, .create)
            #expect(create.description.contains("processed") || create.description.contains("outcome unknown"))
            #expect(read.outcome == create.outcome)
        }
        #expect(try await error(.response(HTTPResponse(status: 403)), .read).description == "Probe.read: 403 forbidden")
        // It does if a key may work that nobody holds.
        var error = try await error(.response(HTTPResponse(status: 500)), .read)
        error.underlying = UnresolvedKey(marker: .random(), keyIDs: [], underlying: CancellationError())
        #expect(error.description.contains("the server may have carried the request out"))
    }

    @Test func theEventOfAReadSaysNothingOfItsOutcome() async throws {
        let events = Locked([ClientEvent.Step]())
        let configuration = ClientConfiguration(
            retry: .never, onEvent: { event in events.withLock { $0.append(event.step) } })
        for safety in [Safety.read, .create] {
            _ = try await failure { () throws(APIError) in
                try await Probe(MockTransport(.response(HTTPResponse(status: 500))), configuration: configuration).call(
                    safety)
            }
        }
        let ends = events.withLock { $0 }.map(\.description).filter { $0.contains("after 1 attempt") }
        #expect(
            ends == [
                "failed: 500 server after 1 attempt",
                "failed: 500 server after 1 attempt, outcome unknown: the server may have carried the request out",
            ])
    }

    @Test func theErrorOfACredentialIsPrintedIfItIsOurs() async throws {
        let transport = MockTransport(
            .response(HTTPResponse(status: 401, body: Data(#"{"error_description":"Unknown client"}"#.utf8))))
        let url = try #require(URL(string: "https://auth.example.com/token"))
        let source = OAuthClientCredentials(
            tokenURL: url, clientID: "c", clientSecret: Secret("s_hidden"), transport: transport)
        let error = try await failure { () throws(APIError) in try await Probe(MockTransport(), source: source).create()
        }
        #expect(error.kind == .credential)
        #expect(error.description.contains("Unknown client"))
    }

    @Test func theBodyOfAnErrorIsReadWithoutATrap() async throws {
        let good = try await error(.json(text: #"{"id":7,"token":"t"}"#, status: 409))
        #expect(try good.decodeResponseBody(as: Thing.self).id == 7)
        let bad = try await error(.json(text: String(repeating: "[", count: 513), status: 409))
        #expect(throws: DecodingError.self) { try bad.decodeResponseBody(as: Thing.self) }
    }
}
