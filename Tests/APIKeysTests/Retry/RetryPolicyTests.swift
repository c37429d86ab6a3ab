import APIKeys
import Testing

@Suite(.timeLimit(.minutes(5))) struct RetryRuleTests {
    @Test(
        arguments: [
            // kind, status, read, idempotent, create
            (APIError.Kind.network(NetworkFailure(reason: .hostNotFound)), nil, true, true, true),
            (.network(NetworkFailure(reason: .connectionRefused)), nil, true, true, true),
            (.network(NetworkFailure(reason: .connectionLost)), nil, true, true, false),
            (.network(NetworkFailure(reason: .connectionLost)), 200, true, true, false),
            (.network(NetworkFailure(reason: .secureConnectionFailed)), nil, true, true, false),
            (.network(NetworkFailure(reason: .other)), nil, true, true, false),
            (.network(NetworkFailure(reason: .other, nothingWasSent: true)), nil, true, true, true),
            // A refused certificate will not change.
            (.network(NetworkFailure(reason: .secureConnectionFailed, nothingWasSent: true)), nil, true, true, false),
            (.timedOut, nil, true, true, false),
            (.timedOut, 200, true, true, false), (.unexpectedStatus, 408, true, true, false),
            (.unexpectedStatus, 499, false, false, false), (.unexpectedStatus, 425, true, true, true),
            (.rateLimited, 429, true, true, true),
            (.server, 500, true, true, false), (.server, 502, true, true, false), (.server, 503, true, true, false),
            (.server, 504, true, true, false), (.server, 501, false, false, false), (.server, 505, false, false, false),
            (.unexpectedStatus, 410, false, false, false), (.badRequest, 400, false, false, false),
            (.unauthorized, 401, false, false, false), (.forbidden, 403, false, false, false),
            (.notFound, 404, false, false, false), (.conflict, 409, false, false, false),
            (.validation(HTTPValidationError(detail: [])), 422, false, false, false),
            (.redirect, 307, false, false, false),
            (.decoding, 200, false, false, false), (.responseTooLarge, 200, false, false, false),
            (.cancelled, nil, false, false, false), (.invalidRequest(""), nil, false, false, false),
            (.credential, nil, false, false, false), (.middleware, nil, false, false, false),
        ] as [(APIError.Kind, Int?, Bool, Bool, Bool)])
    func decides(_ kind: APIError.Kind, _ status: Int?, _ read: Bool, _ idempotent: Bool, _ create: Bool) {
        var nothingWasSent = false
        if case .network(let failure) = kind { nothingWasSent = failure.nothingWasSent }
        for (safety, expected) in [(Safety.read, read), (.idempotent, idempotent), (.create, create)] {
            let isAllowed = RetryRule.allowsRetry(
                after: kind, status: status, nothingWasSent: nothingWasSent, of: safety)
            #expect(isAllowed == expected, "\(safety)")
        }
    }

    /// A connection, or a handshake, that was too slow.
    @Test func aTimeOutWithNothingSentIsRepeated() {
        for safety in Safety.allCases {
            #expect(RetryRule.allowsRetry(after: .timedOut, status: nil, nothingWasSent: true, of: safety))
        }
    }

    @Test func theBackoffDoublesUpToItsLimit() {
        let policy = RetryPolicy()
        let delays = (0..<7).map { policy.delay(beforeRetry: $0, hint: nil, random: \.upperBound) }
        #expect(
            delays == [
                .milliseconds(500), .seconds(1), .seconds(2), .seconds(4), .seconds(8), .seconds(8), .seconds(8),
            ])
        #expect(policy.delay(beforeRetry: 1, hint: nil, random: \.lowerBound) == .milliseconds(750))
        #expect(policy.delay(beforeRetry: .max, hint: nil, random: \.upperBound) == .seconds(8))
        for drawn in [Double.nan, .infinity, 7] {
            #expect(policy.delay(beforeRetry: 0, hint: nil, random: { _ in drawn }) == .milliseconds(500))
        }
        #expect(policy.delay(beforeRetry: 0, hint: nil, random: { _ in -1 }) == .zero)
        let odd = RetryPolicy(baseDelay: .seconds(-1), maxDelay: .seconds(-5))
        #expect(odd.delay(beforeRetry: 3, hint: nil, random: \.upperBound) == .zero)
        let huge = RetryPolicy(baseDelay: .seconds(Int64.max), maxDelay: .seconds(Int64.max))
        #expect(
            huge.delay(beforeRetry: .max, hint: nil, random: \.upperBound) ?? .zero > .seconds(31_536_000))
        // Doubled once more, this would be more than a `Duration` can hold.
        let limitless = RetryPolicy(baseDelay: .seconds(1), maxDelay: .seconds(Int64.max) * 18)
        #expect(
            limitless.delay(beforeRetry: .max, hint: nil, random: \.upperBound) ?? .zero < .seconds(Int64.max))
    }

    @Test func aHintIsAFloorUnlessItIsTooLong() {
        let policy = RetryPolicy()
        #expect(policy.delay(beforeRetry: 0, hint: .seconds(60), random: \.lowerBound) == .seconds(60))
        #expect(policy.delay(beforeRetry: 0, hint: .seconds(61), random: \.lowerBound) == nil)
        for hint in [Duration.zero, .seconds(-5), .milliseconds(374), .seconds(Int64.min)] {
            #expect(policy.delay(beforeRetry: 0, hint: hint, random: \.lowerBound) == .milliseconds(375))
            #expect(policy.delay(beforeRetry: 9, hint: hint, random: \.upperBound) == .seconds(8))
            #expect(policy.delay(beforeRetry: 0, hint: hint, random: { _ in .nan }) == .milliseconds(500))
        }
        #expect(policy.delay(beforeRetry: 4, hint: .seconds(3), random: \.upperBound) == .seconds(8))
        // What a caller adds to it can't overflow.
        let patient = RetryPolicy(maxHintedDelay: .seconds(Int64.max) * 18)
        #expect(
            patient.delay(beforeRetry: 0, hint: .seconds(Int64.max) * 18, random: \.upperBound) ?? .zero
                < .seconds(Int64.max))
    }
}
