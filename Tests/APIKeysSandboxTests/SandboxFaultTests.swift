import APIKeys
import APIKeysSandbox
import APIKeysTesting
import Foundation
import ImtegrateKeys
import JunctionKeys
import NekudaKeys
import Testing

/// Every fault leads a create to the outcome that the package promises, and to as many keys.
@Suite(.timeLimit(.minutes(5))) struct SandboxFaultTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var fault: Sandbox.Fault
        var kind: APIError.Kind
        var outcome: APIError.Outcome
        /// How many keys there are at the end.
        var keys = 0
        /// How many requests a create sends with the default retries, where the fault never ends.
        var attempts = 1
        var retryAfter: Duration?

        var testDescription: String { name }
    }

    static let lost = APIError.Kind.network(NetworkFailure(reason: .connectionLost))
    static let refused = APIError.Kind.network(NetworkFailure(reason: .connectionRefused))

    static let cases: [Case] = [
        .init(name: "refused", fault: .connectionRefused, kind: refused, outcome: .notProcessed, attempts: 3),
        .init(name: "dropped", fault: .droppedRequest, kind: lost, outcome: .unknown),
        .init(name: "lost", fault: .lostAnswer, kind: lost, outcome: .unknown, keys: 1),
        .init(name: "cut at once", fault: .cutBody(afterBytes: 0), kind: lost, outcome: .processed, keys: 1),
        .init(name: "cut", fault: .cutBody(afterBytes: 20), kind: lost, outcome: .processed, keys: 1),
        .init(name: "head", fault: .cutHead(afterBytes: 20), kind: lost, outcome: .unknown, keys: 1),
        .init(name: "head, cleanly", fault: .cutHeadCleanly(afterBytes: 20), kind: lost, outcome: .unknown, keys: 1),
        .init(name: "429", fault: .rateLimited(), kind: .rateLimited, outcome: .notProcessed, attempts: 3),
        .init(
            name: "429 with a hint", fault: .rateLimited(retryAfter: .seconds(61)), kind: .rateLimited,
            outcome: .notProcessed, retryAfter: .seconds(61)),
        .init(name: "503", fault: .serverError(), kind: .server, outcome: .unknown),
        .init(name: "late 500", fault: .serverError(500, .afterProcessing), kind: .server, outcome: .unknown, keys: 1),
        .init(name: "expired", fault: .expiredCredential, kind: .unauthorized, outcome: .notProcessed),
        .init(name: "slow", fault: .slow(.seconds(90)), kind: .timedOut, outcome: .unknown),
        .init(
            name: "slow answer", fault: .slow(.seconds(90), .afterProcessing), kind: .timedOut, outcome: .unknown,
            keys: 1),
        .init(
            name: "odd answer", fault: .answer(HTTPResponse(status: 200, body: Data("<html>".utf8)), .afterProcessing),
            kind: .decoding, outcome: .processed, keys: 1),
        .init(
            name: "redirect", fault: .answer(HTTPResponse(status: 307)), kind: .redirect, outcome: .notProcessed),
    ]

    @Test(arguments: cases) func aCreate(_ test: Case) async throws {
        // The pauses between retries pass by themselves; the deadlines and the slow answers wait for the test.
        let clock = TestClock(skippingSleepsUpTo: .seconds(20))
        let sandbox = Sandbox(seed: 5, clock: clock)
        try sandbox.inject(test.fault, into: .operation("createTeamAPIKey"), .always)
        let client = sandbox.junctionClient(configuration: ClientConfiguration(clock: clock))
        async let failing = failure {
            try await client.createTeamAPIKey(
                label: "ci", teamID: sandbox.junction.teamID, environment: .production, region: .us)
        }
        if test.kind == .timedOut {
            await clock.waitForSleepers(2)
            clock.advance(by: .seconds(30))
        }
        let error = try await failing
        #expect(error.kind == test.kind)
        #expect(error.outcome == test.outcome)
        #expect(error.attempts == test.attempts)
        #expect(error.retryAfter == test.retryAfter)
        #expect(sandbox.junction.teamAPIKeys.count == test.keys)
        sandbox.removeFaults()
        let keys = try await client.teamAPIKeys(environment: .production, region: .us).all()
        #expect(keys.map(\.id) == sandbox.junction.teamAPIKeys.map(\.id))
    }

    @Test func aCutBodyStillYieldsTheSecret() async throws {
        let sandbox = Sandbox(seed: 6)
        try sandbox.inject(.cutBody(afterBytes: 150), into: .operation("createAPIKey", of: "nekuda"))
        try sandbox.inject(.cutBody(afterBytes: 197), into: .operation("createTeamAPIKey", of: "junction"))
        let error = try await failure {
            try await sandbox.junctionClient().createTeamAPIKey(
                label: "ci", teamID: sandbox.junction.teamID, environment: .production, region: .us)
        }
        #expect(error.outcome == .processed)
        #expect(error.recoveredSecret == sandbox.junction.teamAPIKeys.first?.value)
    }

    @Test func aReadIsRepeatedAndSucceeds() async throws {
        let clock = TestClock(skippingSleepsUpTo: .seconds(20))
        let faults: [Sandbox.Fault] = [
            .lostAnswer, .droppedRequest, .connectionRefused, .serverError(502), .cutBody(afterBytes: 3),
            .rateLimited(retryAfter: .milliseconds(1500)),
        ]
        for fault in faults {
            let sandbox = Sandbox(seed: 7, clock: clock)
            try sandbox.inject(fault)
            let client = sandbox.junctionClient(configuration: ClientConfiguration(clock: clock))
            #expect(try await client.managementKeys().count == 5)
        }
        #expect(clock.skippedSleeps.count == faults.count)
        #expect(clock.skippedSleeps.last == .milliseconds(1500))
    }

    @Test func aFaultIsForItsTargetAndItsCount() async throws {
        let sandbox = Sandbox(seed: 8)
        try sandbox.inject(.serverError(500), into: .operation("createAPIKey", of: "Imtegrate"), .first(2))
        try sandbox.inject(.serverError(501), into: .operation("createAPIKey", of: "imtegrate"))
        _ = try await sandbox.nekudaClient().createAPIKey(name: "not this one")
        _ = try await sandbox.imtegrateClient().apiKeys()
        let statuses = try await (0..<3).asyncMap { _ in
            try await failure { try await sandbox.imtegrateClient().createAPIKey(name: "ci") }.status
        }
        #expect(statuses == [500, 500, 501])
        _ = try await sandbox.imtegrateClient().createAPIKey(name: "ci")
    }

    @Test func aChanceIsTheSameForTheSameSeed() async throws {
        func statuses(seed: UInt64) async throws -> [Int] {
            let sandbox = Sandbox(seed: seed)
            try sandbox.inject(.serverError(), .probability(0.5))
            return try await (0..<64).asyncMap { _ in
                try await sandbox.answer(.get, "https://api.imtegrate.com/v1/api-keys").status
            }
        }
        let first = try await statuses(seed: 9)
        #expect(try await statuses(seed: 9) == first)
        #expect(try await statuses(seed: 10) != first)
        #expect((16...48).contains(first.filter { $0 == 503 }.count))
    }
}

extension Sequence {
    fileprivate func asyncMap<Value>(_ transform: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await transform(element)) }
        return values
    }
}
