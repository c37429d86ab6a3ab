import APIKeys
import APIKeysTesting
import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct CallTests {
    @Test func theRequestOnTheWire() async throws {
        let transport = MockTransport(.json(Probe.thing, status: 201))
        let configuration = ClientConfiguration(userAgentSuffix: "acme/2.1")
        let options = RequestOptions(timeout: .seconds(50), headers: ["X-Trace": "t", "accept-language": "de"])
        let thing = try await Probe(transport, configuration: configuration).create(options: options)
        #expect(thing == Probe.thing)
        let request = try #require(transport.requests.first)
        #expect(request.method == .post)
        #expect(request.url.absoluteString == "https://api.example.com/v1/things")
        let headers: HTTPHeaders = [
            "Accept": "application/json", "accept-language": "de", "User-Agent": "swift-api-keys/0.1.0 acme/2.1",
            "Accept-Encoding": "identity", "Content-Type": "application/json", "X-Trace": "t",
            "X-Key": Probe.credential,
        ]
        #expect(request.headers == headers)
        #expect(request.body == Data(#"{"name":"ci"}"#.utf8))
        #expect(request.timeout <= .seconds(30))
        #expect(transport.requests.count == 1)
    }

    @Test(arguments: [
        ("X-Key", "v", "options.headers must not set X-Key"), ("x-key", "v", "options.headers must not set x-key"),
        ("Host", "v", "options.headers must not set Host"),
        ("content-length", "1", "options.headers must not set content-length"),
        ("Connection", "v", "options.headers must not set Connection"),
        ("X-A", "a\r\nb: c", "the value of the header X-A holds a line break"),
        (
            "X A", "v", "a header has a name that is empty or holds characters that a header name may not have"
        ),
    ])
    func anOptionsHeaderThatMayNotBeSetIsRefused(_ name: String, _ value: String, _ reason: String) async throws {
        let transport = MockTransport()
        var options = RequestOptions()
        options.headers[name] = value
        let error = try await failure { [options] () throws(APIError) in
            try await Probe(transport).create(options: options)
        }
        #expect(error.kind == .invalidRequest(reason))
        #expect(transport.requests.isEmpty)
    }

    /// To replace fields of one name by those of a call takes a time that grows with the square of their number.
    @Test func tooManyHeadersOfTheOptionsAreRefused() async throws {
        let transport = MockTransport()
        let options = RequestOptions(
            headers: HTTPHeaders((0..<200_000).map { .init(name: "A\($0)", value: "") }))
        let error = try await failure { () throws(APIError) in try await Probe(transport).create(options: options) }
        #expect(error.kind == .invalidRequest("there are more than 1000 header fields"))
        #expect(error.attempts == 0)
        #expect(transport.requests.isEmpty)
    }

    @Test func limitsThatMakeNoSenseAreRefused() async throws {
        for (configuration, reason) in [
            (ClientConfiguration(timeout: .zero), "timeout must be more than zero"),
            (ClientConfiguration(attemptTimeout: .seconds(-1)), "attemptTimeout must be more than zero"),
            (ClientConfiguration(maximumResponseBytes: 0), "maximumResponseBytes must be more than zero"),
            (ClientConfiguration(userAgentSuffix: "a\nb"), "the value of the header User-Agent holds a line break"),
        ] {
            let error = try await failure { () throws(APIError) in
                try await Probe(MockTransport(), configuration: configuration).create()
            }
            #expect(error.kind == .invalidRequest(reason))
        }
    }

    @Test func limitsOfAnySizeDoNotTrap() async throws {
        let longest = Duration.seconds(Int64.max)
        let policy = RetryPolicy(maxRetries: .max, baseDelay: longest, maxDelay: longest, maxHintedDelay: longest)
        let configuration = ClientConfiguration(timeout: longest, attemptTimeout: longest, retry: policy)
        let transport = MockTransport(
            .response(HTTPResponse(status: 503, headers: ["Retry-After": "1e999"])), .json(Probe.thing))
        let error = try await failure { () throws(APIError) in
            try await Probe(transport, configuration: configuration).read()
        }
        #expect(error.kind == .server)
        #expect(transport.requests.count == 1)
    }

    @Test(arguments: Safety.allCases)
    func noRetriesMeansOneRequest(_ safety: Safety) async throws {
        for status in [408, 429, 500, 503] {
            let transport = MockTransport(.response(HTTPResponse(status: status)))
            let configuration = ClientConfiguration(retry: .never)
            await #expect(throws: APIError.self) {
                try await Probe(transport, configuration: configuration).call(safety)
            }
            #expect(transport.requests.count == 1)
        }
    }

    @Test(arguments: [
        (MockTransport.Answer.response(HTTPResponse(status: 500)), 1, APIError.Outcome.unknown),
        (.response(HTTPResponse(status: 503, headers: ["Retry-After": "0"])), 1, .unknown),
        (.failure(NetworkFailure(reason: .connectionLost)), 1, .unknown),
        (.failure(NetworkFailure(reason: .timedOut)), 1, .unknown),
        (.failure(NetworkFailure(reason: .other)), 1, .unknown),
        (.failure(NetworkFailure(reason: .connectionRefused)), 3, .notProcessed),
        (.failure(NetworkFailure(reason: .hostNotFound)), 3, .notProcessed),
        (.response(HTTPResponse(status: 408)), 1, .unknown), (.response(HTTPResponse(status: 499)), 1, .unknown),
        (.response(HTTPResponse(status: 425)), 3, .notProcessed),
        (.response(HTTPResponse(status: 429)), 3, .notProcessed),
        (.response(HTTPResponse(status: 409)), 1, .notProcessed),
    ])
    func aCreateIsRepeatedOnlyWhereItWasNotProcessed(
        _ answer: MockTransport.Answer, _ requests: Int, _ outcome: APIError.Outcome
    ) async throws {
        let transport = MockTransport(answer, answer, answer, answer)
        let error = try await failure { () throws(APIError) in try await skippingProbe(transport).create() }
        #expect(transport.requests.count == requests)
        #expect(error.attempts == requests)
        #expect(error.outcome == outcome)
    }

    /// What each status lets a call say of its one request. A refusal is a 4xx of IANA's registry, and some of the 3xx.
    @Test(arguments: Safety.allCases)
    func theStatusSaysWhatTheRequestMayHaveDone(_ safety: Safety) async throws {
        let registered = Array(400...417) + Array(421...426) + [428, 429, 431, 451]
        let refusals = Set(registered + [300, 304, 305, 307, 308] + (safety == .create ? [] : [301, 302, 303]))
            .subtracting(safety == .create ? [408] : [])
        let odd = [Int.min, -404, -1, 0, 1, 99, 600, 700, 999, 1000, 4004, Int.max]
        for status in Array(100..<200) + Array(300..<600) + odd {
            let transport = MockTransport { _ in HTTPResponse(status: status) }
            let configuration = ClientConfiguration(
                retry: RetryPolicy(maxRetries: 1), clock: TestClock(skippingSleepsUpTo: .seconds(10)))
            let error = try await failure { () throws(APIError) in
                try await Probe(transport, configuration: configuration).call(safety)
            }
            #expect(error.outcome == (refusals.contains(status) ? .notProcessed : .unknown), "\(status)")
            #expect(error.status == status)
            let isRepeated =
                [425, 429].contains(status)
                || (safety != .create && [408, 500, 502, 503, 504].contains(status))
            #expect(transport.requests.count == (isRepeated ? 2 : 1), "\(status)")
        }
    }

    @Test func readsAreRepeatedWithPauses() async throws {
        let clock = TestClock(skippingSleepsUpTo: .seconds(10))
        let transport = MockTransport(
            .response(HTTPResponse(status: 503)), .failure(NetworkFailure(reason: .connectionLost)), .json(Probe.thing))
        let configuration = ClientConfiguration(clock: clock, random: \.upperBound)
        #expect(try await Probe(transport, configuration: configuration).read() == Probe.thing)
        #expect(clock.skippedSleeps == [.milliseconds(500), .seconds(1)])
    }

    private static let hints: [(HTTPHeaders, Duration)] = [
        (["Retry-After": "3"], Duration.seconds(3)),
        (["retry-after-ms": "750", "Retry-After": "9"], .milliseconds(750)),
        (["Retry-After": "0.75"], .milliseconds(750)),
        // A floor under the client's own pause, never a way around it.
        (["retry-after-ms": "250", "Retry-After": "9"], .milliseconds(500)), (["Retry-After": "0"], .milliseconds(500)),
        (["retry-after-ms": "0"], .milliseconds(500)), (["Retry-After": "-0.0"], .milliseconds(500)),
        (["Date": "Sun, 06 Nov 1994 08:49:30 GMT", "Retry-After": "Sun, 06 Nov 1994 08:49:37 GMT"], .seconds(7)),
        (["Retry-After": "Sun, 06 Nov 1994 08:49:37 GMT"], .milliseconds(500)),
        (
            ["Date": "Sun, 06 Nov 1994 08:49:40 GMT", "Retry-After": "Sun, 06 Nov 1994 08:49:37 GMT"],
            .milliseconds(500)
        ),
        (["Retry-After": "soon"], .milliseconds(500)), (["Retry-After": ""], .milliseconds(500)),
        (["Retry-After": "-5"], .milliseconds(500)), (["Retry-After": "nan"], .milliseconds(500)),
        (["retry-after-ms": "x", "Retry-After": "2"], .seconds(2)),
    ]

    @Test(arguments: hints)
    func aHintIsHonoured(_ headers: HTTPHeaders, _ pause: Duration) async throws {
        let clock = TestClock(skippingSleepsUpTo: .seconds(10))
        let transport = MockTransport(.response(HTTPResponse(status: 429, headers: headers)), .json(Probe.thing))
        let configuration = ClientConfiguration(clock: clock, random: \.upperBound)
        _ = try await Probe(transport, configuration: configuration).create()
        #expect(clock.skippedSleeps == [pause])
    }

    @Test func aHintThatIsTooLongIsReportedAtOnce() async throws {
        let transport = MockTransport(.response(HTTPResponse(status: 429, headers: ["Retry-After": "61"])))
        let error = try await failure { () throws(APIError) in try await skippingProbe(transport).read() }
        #expect(error.kind == .rateLimited)
        #expect(error.retryAfter == .seconds(61))
        #expect(transport.requests.count == 1)
    }

    @Test func noPauseGoesPastTheDeadline() async throws {
        let transport = MockTransport(.response(HTTPResponse(status: 503, headers: ["Retry-After": "5"])))
        let error = try await failure { () throws(APIError) in
            try await skippingProbe(transport).read(options: RequestOptions(timeout: .seconds(5)))
        }
        #expect(error.kind == .server)
        #expect(error.retryAfter == .seconds(5))
        #expect(transport.requests.count == 1)
    }

    @Test func aDeleteThatFindsNothingAfterALostAnswerSucceeded() async throws {
        let lost = MockTransport(
            .failure(NetworkFailure(reason: .connectionLost)), .response(HTTPResponse(status: 404)))
        #expect(try await skippingProbe(lost).delete() == "gone")
        let refused = MockTransport(.response(HTTPResponse(status: 429)), .response(HTTPResponse(status: 404)))
        let error = try await failure { () throws(APIError) in try await skippingProbe(refused).delete() }
        #expect(error.kind == .notFound)
        #expect(error.outcome == .notProcessed)
    }

    @Test func theOutcomeIsThatOfAllTries() async throws {
        let transport = MockTransport(
            .response(HTTPResponse(status: 503)), .failure(NetworkFailure(reason: .connectionRefused)),
            .response(HTTPResponse(status: 403)))
        let error = try await failure { () throws(APIError) in try await skippingProbe(transport).delete() }
        #expect(error.kind == .forbidden)
        #expect(error.outcome == .unknown)
        #expect(error.attempts == 3)
    }

    @Test func aTransportsOwnWordEndsTheCall() async throws {
        let word = APIError(kind: .rateLimited, outcome: .unknown, provider: "", operation: "", status: 429)
        let transport = MockTransport(.failure(word), .json(Probe.thing))
        let error = try await failure { () throws(APIError) in try await skippingProbe(transport).read() }
        #expect(error.kind == .rateLimited)
        #expect(error.operation == "read")
        #expect(transport.requests.count == 1)
    }

    @Test func theRequestIDIsReadFromTheHeaderThatHasIt() async throws {
        for (headers, id) in [
            (["cf-ray": "4", "x-amzn-requestid": "3", "request-id": "2", "X-Request-Id": "1"], "1"),
            (["cf-ray": "4", "x-amzn-requestid": "3", "request-id": "2"], "2"),
            (["cf-ray": "4", "X-Amzn-RequestId": "3"], "3"), (["CF-RAY": "4"], "4"), ([:], nil),
        ] as [(HTTPHeaders, String?)] {
            let transport = MockTransport(.response(HTTPResponse(status: 404, headers: headers)))
            let error = try await failure { () throws(APIError) in try await Probe(transport).read() }
            #expect(error.requestID == id)
        }
    }

    private func skippingProbe(_ transport: MockTransport) -> Probe {
        Probe(transport, configuration: ClientConfiguration(clock: TestClock(skippingSleepsUpTo: .seconds(10))))
    }
}
