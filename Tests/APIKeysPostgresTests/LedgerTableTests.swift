import APIKeys
import Foundation
import Testing

@testable import APIKeysPostgres

/// What is said to a server, without one.
@Suite(.timeLimit(.minutes(5))) struct LedgerTableTests {
    /// A server that remembers the statements, and answers what a test has written down.
    private final class Script: StatementRunner {
        let backendPID: Int32 = 42
        var answers: [[[String?]]]
        private(set) var statements: [(text: String, parameters: [String])] = []

        init(_ answers: [[[String?]]]) { self.answers = answers }

        func run(_ statement: String, _ parameters: [String]) throws(PostgresLedgerError.Reason) -> [[String?]] {
            statements.append((statement, parameters))
            return answers.isEmpty ? [] : answers.removeFirst()
        }

        /// What each statement is about.
        var subjects: [String] {
            statements.map { statement in
                let words = [
                    "pg_try_advisory_lock", "pg_advisory_unlock", "CREATE TABLE", "INSERT", "to_regclass",
                    "FROM swift_api_keys_ledger",
                ]
                return words.first(where: statement.text.contains) ?? statement.text
            }
        }
    }

    private static let entry = LedgerEntry(
        item: "b", place: "here", marker: .random(), state: .begun, at: Date(timeIntervalSince1970: 1_800_000_000))

    private static func row(_ entry: LedgerEntry) throws -> [String?] {
        ["42", "7", entry.item, String(decoding: try JSONEncoder().encode(entry), as: UTF8.self)]
    }

    /// One statement for both would return what was there before the last owner of the lock has appended its entries.
    @Test func theLockIsTakenBeforeTheEntriesAreRead() throws {
        let script = Script([
            [["42", "1", "f"], ["42", "2", "t"]], [["42", "t"]], [try Self.row(Self.entry)],
        ])
        var table = LedgerTable(job: "job", script)
        let granted = try table.claim(["a", "b"])
        #expect(granted == ["b": [Self.entry]])
        #expect(script.subjects == ["pg_try_advisory_lock", "to_regclass", "FROM swift_api_keys_ledger"])
        #expect(script.statements.allSatisfy { !$0.text.contains(";") && !$0.text.contains("BEGIN") })
        // What somebody else holds is not read.
        #expect(script.statements.last?.parameters == ["job", #"["b"]"#])
    }

    @Test func readingAndClaimingCreateNoTable() throws {
        let script = Script([[["42", "f"]], [["42", "1", "t"]], [["42", "f"]]])
        var table = LedgerTable(job: "job", script)
        #expect(try table.entries().isEmpty)
        #expect(try table.claim(["a"]) == ["a": []])
        #expect(script.subjects == ["to_regclass", "pg_try_advisory_lock", "to_regclass"])
    }

    /// One statement for the entries of years would not end in time.
    @Test func entriesAreReadInPagesAndReturnedInTheirOrder() throws {
        func row(_ sequence: Int, _ item: String) throws -> [String?] {
            var entry = Self.entry
            entry.item = item
            entry.keyID = "\(sequence)"
            return ["42", "\(sequence)", item, String(decoding: try JSONEncoder().encode(entry), as: UTF8.self)]
        }
        // By item, as the server returns them: the first one's entries came last.
        let first = try (1...LedgerTable.pageSize).map { try row($0 + 5, "a") }
        let script = Script([[["42", "t"]], first, [try row(1, "b"), try row(5, "b")]])
        var table = LedgerTable(job: "job", script)
        let entries = try table.entries()
        #expect(entries.compactMap(\.keyID) == ["1", "5"] + (1...LedgerTable.pageSize).map { "\($0 + 5)" })
        #expect(
            script.statements.dropFirst().map(\.parameters) == [
                ["job", "", "0"], ["job", "a", "\(LedgerTable.pageSize + 5)"],
            ])
    }

    @Test func theFirstEntryCreatesTheTable() throws {
        let script = Script([[["42", "f"]], [], [["42"]], [["42"]]])
        var table = LedgerTable(job: "job", script)
        try table.append([("b", Self.entry)])
        try table.append([("b", Self.entry)])
        #expect(script.subjects == ["to_regclass", "CREATE TABLE", "INSERT", "INSERT"])
    }

    /// Through a pooler, each statement may be another process's.
    @Test func anotherProcessOfTheServerIsNoticedInEveryMessage() throws {
        func expectPooled(_ answers: [[[String?]]], _ body: (inout LedgerTable) throws -> Void) {
            var table = LedgerTable(job: "job", Script(answers))
            #expect(throws: PostgresLedgerError.Reason.pooled) { try body(&table) }
        }
        expectPooled([[["43", nil]]]) { _ = try $0.prepareSession() }
        expectPooled([[["43", "1", "t"]]]) { _ = try $0.claim(["a"]) }
        expectPooled([[["42", "1", "t"]], [["42", "t"]], [["43", nil, nil, nil]]]) { _ = try $0.claim(["a"]) }
        expectPooled([[["43", "t"]]]) { try $0.release(["a"]) }
        expectPooled([[["42", "f"]]]) { try $0.release(["a"]) }
        expectPooled([[["42", "t"]], []]) { try $0.append([("b", Self.entry)]) }
        expectPooled([[["43", "t"]]]) { _ = try $0.entries() }
        expectPooled([[["43"]]]) { try $0.hello() }
    }

    @Test func aRowThatIsNoEntryIsNamed() throws {
        var table = LedgerTable(job: "job", Script([[["42", "t"]], [["42", "17", "a", #"{"item":"a"}"#]]]))
        #expect(throws: PostgresLedgerError.Reason.malformed(sequence: "17")) { try table.entries() }
    }

    @Test func errorsSayWhatToDo() {
        let reasons: [(PostgresLedgerError.Reason, String)] = [
            (.closed, "closed"), (.connectionLost("terminating connection"), "(terminating connection)"),
            (.noAnswer, "run it again"), (.pooled, "connect to the server itself"),
            (.refused(code: "42501", message: "permission denied"), "grant"),
            (.refused(code: "25006", message: "read-only"), "primary"), (.malformed(sequence: "3"), "sequence 3"),
            (.unusableText, "U+0000"),
        ]
        for (reason, words) in reasons {
            let text = PostgresLedgerError(reason, job: "customers").description
            #expect(text.contains("customers") && text.contains(words), "\(text)")
        }
    }
}
