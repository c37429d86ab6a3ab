import APIKeys
import Foundation
import Testing

@testable import APIKeysPostgres

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What a ledger does once its session is over, or may be.
@Suite(
    .timeLimit(.minutes(5)), .enabled("needs the server of Tests/Postgres/run") { PostgresServer.isThere })
struct SessionEndTests {
    @Test func aClosedLedgerDoesNothing() async throws {
        let ledger = try PostgresServer.ledger()
        try await ledger.append(PostgresServer.entry("a"))
        ledger.close()
        ledger.close()
        #expect(!ledger.mayHold)
        #expect(ledger.fileDescriptor == -1)
        let error = await #expect(throws: PostgresLedgerError.self) {
            try await ledger.append(PostgresServer.entry("a"))
        }
        #expect(error?.reason == .closed)
    }

    /// Idle as it is, the ledger notices at once that the server has ended the session.
    @Test func aSessionThatTheServerEndsIsOver() async throws {
        let job = UUID().uuidString
        let ledger = try PostgresServer.ledger(job)
        _ = try await ledger.claim("a")
        _ = try PostgresServer.connect().run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1", [job])
        #expect(await eventually { !ledger.mayHold })
        for body in [
            { try await ledger.append(PostgresServer.entry("a", .created)) }, { try await ledger.confirm() },
            { _ = try await ledger.claim("b") }, { _ = try await ledger.entries() },
        ] as [@Sendable () async throws -> Void] {
            let error = await #expect(throws: PostgresLedgerError.self) { try await body() }
            guard case .connectionLost = error?.reason else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
        let heir = try PostgresServer.ledger(job)
        defer { heir.close() }
        #expect(try await heir.claim("a").entries == [])
        #expect(try await heir.entries().isEmpty)
    }

    /// A server that stands still goes on answering keep-alives: its system does.
    @Test func aStatementHasADeadlineOfItsOwn() async throws {
        try await withStoppedServer(idle: 6000) { ledger in
            let begun = ContinuousClock.now
            let error = await #expect(throws: PostgresLedgerError.self) {
                try await ledger.append(PostgresServer.entry("a"))
            }
            #expect(error?.reason == .noAnswer)
            #expect(ContinuousClock.now - begun < .seconds(5))
            #expect(!ledger.mayHold)
        }
    }

    /// By the clock alone, before the connection is given up.
    @Test func aServerThatStandsStillMayHaveEndedTheSession() async throws {
        try await withStoppedServer(idle: 16_000) { ledger in
            while ledger.mayHold { try await Task.sleep(for: .milliseconds(20)) }
            #expect(ledger.fileDescriptor >= 0)
        }
    }

    /// Hands on a ledger that has claimed `a`, and whose process at the server stands still meanwhile.
    private func withStoppedServer(idle: Int, _ work: (PostgresLedger) async throws -> Void) async throws {
        let job = UUID().uuidString
        let ledger = try PostgresServer.ledger(job, idle: idle)
        _ = try await ledger.claim("a")
        let process = try PostgresServer.process(of: job)
        kill(process, SIGSTOP)
        defer { kill(process, SIGCONT) }
        try await work(ledger)
    }

    @Test func anIdleSessionSaysHello() async throws {
        let ledger = try PostgresServer.ledger(idle: 2000)
        defer { ledger.close() }
        _ = try await ledger.claim("a")
        #expect(ledger.storeTimeLimit == .seconds(1))
        try await Task.sleep(for: .seconds(4))
        try await ledger.confirm()
        #expect(ledger.mayHold)
    }
}
