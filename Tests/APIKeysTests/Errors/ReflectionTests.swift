import APIKeys
import APIKeysTesting
import Foundation
import TestSupport
import Testing

/// What holds a credential, a transport, a closure or a session ends reflection.
@Suite(.timeLimit(.minutes(5))) struct ReflectionTests {
    private struct Item: ProvisioningItem {
        var id: String
        var label: String { id }
    }

    private struct Ring: RevocableKeyRing {
        let place = "here"

        func create(label: String, options: RequestOptions) async throws(APIError) -> IssuedKey {
            IssuedKey(id: nil, label: label, secret: Secret("hidden"))
        }

        func keys(options: RequestOptions) async throws(APIError) -> [ListedKey] { [] }

        func revoke(id: String, options: RequestOptions) async throws(APIError) {}
    }

    private struct Leaky: Error, CustomStringConvertible, CustomDebugStringConvertible {
        var token = "hidden"
        var description: String { "it says hidden" }
        var debugDescription: String { description }
    }

    private struct Pass: Middleware {
        let token = "hidden"
        func intercept(
            _ request: HTTPRequest, context: MiddlewareContext, next: MiddlewareNext
        ) async throws -> HTTPResponse {
            try await next(request)
        }
    }

    /// Reflection of a session at work printed the credential, and then died.
    @Test func aCallOnTheWireCanBeDumped() async throws {
        let isAsked = Signal()
        let answers = Signal()
        let peer = try LoopbackPeer { connection, _ in
            connection.readRequest()
            isAsked.set()
            while !answers.isSet { Thread.sleep(forTimeInterval: 0.01) }
            connection.send(
                "HTTP/1.1 200 OK\r\nContent-Length: 24\r\nConnection: close\r\n\r\n{\"id\":7,\"token\":\"tok_new\"}")
        }
        let transport = URLSessionTransport(maximumConnectionsPerHost: 2)
        let configuration = ClientConfiguration(baseURL: peer.url(""), middleware: [Pass()])
        let probe = Probe(transport, configuration: configuration)
        let call = Task { try await failureOrThing(probe) }
        await isAsked.wait()
        for _ in 0..<100 {
            for value in [probe, probe.client, transport, configuration] as [Any] {
                let text = everyText(of: value)
                for hidden in [Probe.credential, "hidden"] { #expect(!text.contains(hidden)) }
                #expect(text.utf8.count < 5000)
            }
        }
        answers.set()
        _ = try await call.value
    }

    private func failureOrThing(_ probe: Probe) async throws -> String {
        do throws(APIError) { return "\(try await probe.create())" } catch { return "\(error)" }
    }

    @Test func noTypeShowsWhatItHolds() async throws {
        let secret = Secret("hidden")
        let closure: @Sendable () async throws -> ExpiringCredential = { ExpiringCredential(secret, lifetime: nil) }
        let source = RefreshingCredential(fetch: closure)
        _ = try await source.credential()
        let url = try #require(URL(string: "https://user:hidden@auth.example.com/token?hidden#hidden"))
        let pages = PagedSequence<Int> { _ throws(APIError) in
            _ = secret
            return .init(elements: [1, 2])
        }
        var iterator = pages.makeAsyncIterator()
        _ = try await iterator.next()
        var pageIterator = pages.pages.makeAsyncIterator()
        _ = try await pageIterator.next()
        let transport = MockTransport(
            .response(HTTPResponse(status: 200, headers: ["X": "hidden"], body: Data("hidden".utf8))), .failure(Leaky())
        )
        let request = HTTPRequest(method: .get, url: url, headers: ["X-Key": "hidden"], body: Data("hidden".utf8))
        _ = try await transport.send(request)
        let file = FileManager.default.temporaryDirectory.appending(path: "ledger-\(UUID()).jsonl")
        defer { try? FileManager.default.removeItem(at: file) }
        let ledger = try FileLedger(file)
        let job = Provisioning<Item>(ledger: ledger, ring: { _ in Ring() }, store: { _, _ in _ = secret })
        let values: [Any] = [
            secret, ExpiringCredential(secret, lifetime: .seconds(1)), source,
            OAuthClientCredentials(tokenURL: url, clientID: "c", clientSecret: secret), pages, pages.pages, iterator,
            pageIterator, job, job.events(for: [Item(id: "a")]), job.events(for: []).makeAsyncIterator(), transport,
            request,
            MockTransport.Answer.failure(Leaky()), MockTransport.Answer.sequence([.failure(Leaky())]),
            MockTransport.Answer.response(HTTPResponse(status: 200, body: Data("hidden".utf8))),
            TestClock(), SeededRandom(seed: 1), ledger, URLSessionTransport.shared,
            MiddlewareNext { _ in throw Leaky(token: secret.reveal()) },
            ClientConfiguration(baseURL: url, middleware: [Pass()], onEvent: { _ in _ = secret }),
            RequestOptions(headers: ["X": "hidden"]), HTTPResponse(status: 200, headers: ["X": "hidden"]),
            IssuedKey(id: "1", label: "l", secret: secret), ListedKey(id: "1", label: "l", secret: secret),
            NetworkFailure(reason: .other, partialResponse: HTTPResponse(status: 200, body: Data("hidden".utf8))),
        ]
        for value in values {
            let text = everyText(of: value)
            #expect(!text.contains("hidden"), "\(type(of: value))")
            #expect(text.utf8.count < 10_000, "\(type(of: value))")
        }
    }

    @Test(arguments: [
        ("https://user:pass@example.com:8080/v1?q=pass#pass", "https://example.com:8080/v1"),
        ("https://example.com/users/@me", "https://example.com/users/@me"), ("https://us%40er:pass@h", "https://h"),
        ("https://user:pass@[::1]:80/x", "https://[::1]:80/x"), ("https://h", "https://h"),
        ("user:pass@h/p", "(a URL without a host)"), ("pass_1234", "(a URL without a host)"),
        ("https://user:p%AA@h", "https://h"),
    ])
    func aURLIsPrintedWithoutUserInfo(_ url: String, _ printed: String) throws {
        let url = try #require(URL(string: url))
        #expect(url.printed == printed)
        let request = HTTPRequest(method: .get, url: url)
        #expect(request.description == "GET \(printed)")
        #expect(everyText(of: ClientConfiguration(baseURL: url)).contains(printed))
        for value in [request, ClientConfiguration(baseURL: url)] as [Any] {
            #expect(!everyText(of: value).contains("pass"))
        }
    }

    /// One way to print an error that is not ours, wherever it stands.
    @Test func aForeignErrorIsPrintedByItsTypeAlone() {
        let ours = APIError(kind: .forbidden, outcome: .notProcessed, provider: "P", operation: "o")
        let marker = KeyMarker.random()
        for error in [Leaky(), ours] as [any Error] {
            let report = ProvisioningReport(stored: ["s"], failed: ["a": error, "b": error])
            let progress = ProvisioningEvent.Progress(done: 0, failed: 1, total: 1, rate: 0, remaining: nil)
            let values: [Any] = [
                report, ProvisioningEvent(kind: .failed(error), item: "a", progress: progress),
                ProvisioningEvent(kind: .finished(report), item: nil, progress: progress),
                ProvisioningEvent.Kind.failed(error), ProvisioningEvent.Kind.finished(report),
                UnresolvedKey(marker: marker, keyIDs: [], underlying: error),
                RotationError(step: .store, underlying: error, workingKeyIDs: []),
                RetirementReport(failed: ["i": error]),
                APIError(kind: .credential, outcome: .notProcessed, provider: "P", operation: "o", underlying: error),
                APIError(kind: .middleware, outcome: .notProcessed, provider: "P", operation: "o", underlying: error),
            ]
            for value in values {
                let text = everyText(of: value)
                #expect(!text.contains("hidden"), "\(type(of: value))")
                #expect(text.contains(error is Leaky ? "Leaky" : "P.o: forbidden"), "\(type(of: value)): \(text)")
            }
        }
        #expect(
            ProvisioningReport(stored: ["s"], failed: ["a": Leaky()]).description
                == "1 stored, 0 skipped, 1 failed (a: Leaky), 0 not tried")
    }
}
