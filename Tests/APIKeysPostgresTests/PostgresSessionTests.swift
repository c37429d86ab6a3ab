import APIKeys
import Foundation
import Testing

@testable import APIKeysPostgres

/// How a ledger connects, and what its session is like.
@Suite(
    .timeLimit(.minutes(5)), .enabled("needs the server of Tests/Postgres/run") { PostgresServer.isThere })
struct PostgresSessionTests {
    private func settings(_ options: String) throws -> [String: String] {
        let library = try LibPQ()
        let string = try #require(PostgresServer.connection) + " options='\(options)'"
        let connection = try Connection(try ConnectionString(string, library), library)
        _ = try LedgerTable(job: "job", connection).prepareSession()
        let rows = try connection.run(
            """
            SELECT name, current_setting(name) FROM pg_settings WHERE name IN ('idle_session_timeout',
                'idle_in_transaction_session_timeout', 'statement_timeout', 'synchronous_commit')
            """, [])
        return Dictionary(rows.compactMap { row in row[0].map { ($0, row[1] ?? "") } }) { first, _ in first }
    }

    @Test func theSessionEndsByItselfUnlessTheUserSaysOtherwise() throws {
        #expect(
            try settings("") == [
                "idle_session_timeout": "1min", "idle_in_transaction_session_timeout": "15s",
                "statement_timeout": "15s",
                "synchronous_commit": "on",
            ])
        #expect(
            try settings("-c idle_session_timeout=8s -c statement_timeout=7s -c synchronous_commit=off") == [
                "idle_session_timeout": "8s", "idle_in_transaction_session_timeout": "2s", "statement_timeout": "7s",
                "synchronous_commit": "on",
            ])
    }

    /// The certificate is for localhost, by an authority of the script's own.
    @Test(.enabled("needs TLS") { PostgresServer.tlsConnection != nil })
    func tlsIsVerified() async throws {
        let string = try #require(PostgresServer.tlsConnection)
        let ledger = try PostgresLedger(string, job: "tls")
        defer { ledger.close() }
        try await ledger.append(PostgresServer.entry("a"))
        let other = string.replacingOccurrences(of: "host=localhost", with: "host=example.invalid")
        let error = #expect(throws: Unavailable.self) { try PostgresLedger(other, job: "tls") }
        #expect(error?.reason.contains("example.invalid") == true, "\(String(describing: error))")
        let untrusted = string.replacingOccurrences(of: "sslrootcert=", with: "sslrootcert=/dev/null sslcrl=")
        #expect(throws: Unavailable.self) { try PostgresLedger(untrusted, job: "tls") }
    }

    @Test(.enabled("needs a password") { PostgresServer.tlsConnection != nil })
    func aWrongPasswordIsNotRepeated() throws {
        let string = try #require(PostgresServer.tlsConnection) + " password=hunter2"
        let error = #expect(throws: Unavailable.self) { try PostgresLedger(string, job: "job") }
        #expect(error?.reason.contains("password authentication failed") == true, "\(String(describing: error))")
        #expect(error?.reason.contains("hunter2") == false)
    }

    @Test func aServerThatIsNotThereIsNamed() {
        let error = #expect(throws: Unavailable.self) { try PostgresLedger("host=/nonexistent", job: "job") }
        #expect(error?.reason.contains("/nonexistent") == true, "\(String(describing: error))")
        #expect(throws: Unavailable.self) { try PostgresLedger("postgres://", job: "") }
    }
}
