import APIKeys
import Foundation
import Testing

@testable import APIKeysPostgres

@Suite(
    .timeLimit(.minutes(5)), .enabled("needs the server of Tests/Postgres/run") { PostgresServer.isThere })
struct PostgresLedgerTests {
    // MARK: - Entries

    @Test func entriesAreThereForWhoeverComesNext() async throws {
        let job = UUID().uuidString
        let ledger = try PostgresServer.ledger(job)
        #expect(ledger.isShared && ledger.mayHold)
        var entries: [LedgerEntry] = []
        for (index, state) in [LedgerEntry.State.begun, .created, .stored].enumerated() {
            var entry = PostgresServer.entry("i", state)
            entry.keyID = index == 0 ? nil : "k"
            entry.overlap = index == 0 ? 86400.5 : nil
            entries.append(entry)
            try await ledger.append(entry)
        }
        #expect(try await ledger.entries() == entries)
        ledger.close()
        let next = try PostgresServer.ledger(job)
        defer { next.close() }
        #expect(try await next.entries() == entries)
        #expect(try await next.claim("i").entries == entries)
        let other = try PostgresServer.ledger()
        defer { other.close() }
        #expect(try await other.entries().isEmpty)
        #expect(try await other.claim("i").entries == [])
    }

    /// A pooler may hand an append to another session, which has claimed nothing.
    @Test func anAppendInAnotherSessionLeavesNoEntry() throws {
        final class Pooled: StatementRunner {
            let connection: Connection
            var distance: Int32 = 0
            var backendPID: Int32 { connection.backendPID + distance }

            init() throws { connection = try PostgresServer.connect() }

            func run(_ statement: String, _ parameters: [String]) throws(PostgresLedgerError.Reason) -> [[String?]] {
                try connection.run(statement, parameters)
            }
        }
        let pooled = try Pooled()
        var table = LedgerTable(job: UUID().uuidString, pooled)
        try table.append([("a", PostgresServer.entry("a"))])
        pooled.distance = 1
        #expect(throws: PostgresLedgerError.Reason.pooled) { try table.append([("b", PostgresServer.entry("b"))]) }
        pooled.distance = 0
        #expect(try table.entries().map(\.item) == ["a"])
    }

    /// Many tasks append at once: each of them in the order in which it did.
    @Test func entriesKeepTheirOrder() async throws {
        let ledger = try PostgresServer.ledger()
        defer { ledger.close() }
        let states: [LedgerEntry.State] = [.begun, .created, .stored, .revoked]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for item in 0..<200 {
                group.addTask {
                    for state in states { try await ledger.append(PostgresServer.entry("\(item)", state)) }
                }
            }
            try await group.waitForAll()
        }
        let entries = Dictionary(grouping: try await ledger.entries(), by: \.item)
        #expect(entries.count == 200)
        #expect(entries.values.allSatisfy { $0.map(\.state) == states })
    }

    @Test(arguments: [
        "it's", #"a"b\c"#, "{a,b}", "\u{1F511} Schlüssel", "a\nb", "$1", "%s", String(repeating: "x", count: 5000),
    ])
    func anyIDIsAnItem(id: String) async throws {
        let ledger = try PostgresServer.ledger()
        defer { ledger.close() }
        let entry = PostgresServer.entry(id)
        #expect(try await ledger.claim(id).entries == [])
        try await ledger.append(entry)
        await ledger.release(id)
        #expect(try await ledger.claim(id).entries == [entry])
    }

    /// Swift takes both spellings for the same, and so has the server to.
    @Test func anItemIsTheSameInEverySpelling() async throws {
        let job = UUID().uuidString
        let (one, two) = (try PostgresServer.ledger(job), try PostgresServer.ledger(job))
        defer { for ledger in [one, two] { ledger.close() } }
        #expect(try await one.claim("caf\u{E9}").entries == [])
        #expect(try await two.claim("cafe\u{301}").entries == nil)
        try await one.append(PostgresServer.entry("caf\u{E9}"))
        await one.release("cafe\u{301}")
        #expect(try await two.claim("cafe\u{301}").entries?.count == 1)
    }

    @Test func zeroIsRefused() async throws {
        let ledger = try PostgresServer.ledger()
        defer { ledger.close() }
        var entry = PostgresServer.entry("a")
        entry.place = "a\0b"
        for body in [
            { _ = try await ledger.claim("a\0b") }, { try await ledger.append(PostgresServer.entry("\0")) },
            { [entry] in try await ledger.append(entry) },
        ] as [@Sendable () async throws -> Void] {
            let error = await #expect(throws: PostgresLedgerError.self) { try await body() }
            #expect(error?.reason == .unusableText)
        }
        try await ledger.confirm()
    }

    // MARK: - Claims

    @Test func onlyOneHasAnItem() async throws {
        let job = UUID().uuidString
        let (one, two) = (try PostgresServer.ledger(job), try PostgresServer.ledger(job))
        defer { for ledger in [one, two] { ledger.close() } }
        #expect(try await one.claim("a").entries == [])
        #expect(try await one.claim("a").entries == nil)
        #expect(try await two.claim("a").entries == nil)
        #expect(try await two.claim("b").entries == [])
        let entry = PostgresServer.entry("a")
        try await one.append(entry)
        await one.release("a")
        #expect(try await two.claim("a").entries == [entry])
        #expect(try await one.claim("a").entries == nil)
        // With the connection end its claims.
        two.close()
        #expect(try await one.claim("a").entries == [entry])
        #expect(try await one.claim("b").entries == [])
    }

    /// A claim comes with everything that its last owner has appended, however close they are.
    @Test func whatTheLastOwnerAppendedComesWithTheClaim() async throws {
        let job = UUID().uuidString
        let ledgers = try (0..<4).map { _ in try PostgresServer.ledger(job) }
        defer { for ledger in ledgers { ledger.close() } }
        let rounds = 60
        try await withThrowingTaskGroup(of: Int.self) { group in
            for ledger in ledgers {
                group.addTask {
                    var stale = 0
                    for _ in 0..<rounds {
                        var entries: [LedgerEntry]?
                        while entries == nil { entries = try await ledger.claim("a").entries }
                        // Each owner counts on: who reads too little, counts a number twice.
                        var entry = PostgresServer.entry("a")
                        entry.keyID = "\(entries?.count ?? 0)"
                        try await ledger.append(entry)
                        let next = entries?.last?.keyID.flatMap(Int.init).map { $0 + 1 } ?? 0
                        stale += next == entries?.count ? 0 : 1
                        await ledger.release("a")
                    }
                    return stale
                }
            }
            for try await stale in group { #expect(stale == 0) }
        }
        let numbers = try await ledgers[0].entries().compactMap(\.keyID)
        #expect(numbers == (0..<(4 * rounds)).map { "\($0)" })
    }

    @Test func aSessionHas500ClaimsAtMost() async throws {
        let job = UUID().uuidString
        let (one, two) = (try PostgresServer.ledger(job), try PostgresServer.ledger(job))
        defer { for ledger in [one, two] { ledger.close() } }
        let granted = try await withThrowingTaskGroup(of: Bool.self) { group in
            for item in 0..<700 { group.addTask { try await one.claim("\(item)").entries != nil } }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(granted == 500)
        #expect(try await two.claim("another").entries == [])
        for item in 0..<700 { await one.release("\(item)") }
        #expect(try await one.claim("699").entries == [])
    }

    // MARK: - What a server may refuse

    @Test func aRefusedEntryIsNotThereAndTheClaimHolds() async throws {
        let schema = "refusing_\(Int.random(in: 0..<Int.max))"
        let connection = try PostgresServer.connect()
        _ = try connection.run("CREATE SCHEMA \(schema)", [])
        let job = UUID().uuidString
        let (ledger, other) = (
            try PostgresServer.ledger(job, schema: schema), try PostgresServer.ledger(job, schema: schema)
        )
        defer { for ledger in [ledger, other] { ledger.close() } }
        // Neither a look nor a claim creates the table.
        #expect(try await ledger.entries().isEmpty)
        #expect(try await ledger.claim("a").entries == [])
        let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = $1"
        #expect(try connection.run(tables, [schema]) == [["0"]])
        try await ledger.append(PostgresServer.entry("a"))
        #expect(try connection.run(tables, [schema]) == [["1"]])
        _ = try connection.run(
            """
            ALTER TABLE \(schema).swift_api_keys_ledger ADD CONSTRAINT refused CHECK (entry->>'state' <> 'created')
            """, [])
        let error = await #expect(throws: PostgresLedgerError.self) {
            try await ledger.append(PostgresServer.entry("a", .created))
        }
        guard case .refused("23514", _) = error?.reason else {
            Issue.record("\(String(describing: error))")
            return
        }
        try await ledger.confirm()
        #expect(ledger.mayHold)
        #expect(try await other.claim("a").entries == nil)
        #expect(try await ledger.entries().map(\.state) == [.begun])
        _ = try connection.run("DROP SCHEMA \(schema) CASCADE", [])
    }

    /// The first workers of a job come at the same time.
    @Test func theTableIsCreatedOnce() async throws {
        let schema = "first_\(Int.random(in: 0..<Int.max))"
        let connection = try PostgresServer.connect()
        _ = try connection.run("CREATE SCHEMA \(schema)", [])
        let ledgers = try (0..<6).map { _ in try PostgresServer.ledger("job", schema: schema) }
        defer { for ledger in ledgers { ledger.close() } }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, ledger) in ledgers.enumerated() {
                group.addTask { try await ledger.append(PostgresServer.entry("\(index)")) }
            }
            try await group.waitForAll()
        }
        #expect(try await ledgers[0].entries().count == 6)
        _ = try connection.run("DROP SCHEMA \(schema) CASCADE", [])
    }
}
