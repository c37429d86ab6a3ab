import APIKeys
import Foundation
import Testing

@testable import APIKeysPostgres

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The server that Tests/Postgres/run has started.
enum PostgresServer {
    /// The connection string of a user who may do everything; `nil` if there is no server.
    static let connection = ProcessInfo.processInfo.environment["APIKEYS_POSTGRES"]
    /// The same over TLS, with the certificate's name checked.
    static let tlsConnection = ProcessInfo.processInfo.environment["APIKEYS_POSTGRES_TLS"]

    static var isThere: Bool { connection != nil }

    /// A connection to say something to the server by itself.
    static func connect() throws -> Connection {
        let library = try LibPQ()
        return try Connection(try ConnectionString(try #require(connection), library), library)
    }

    /// A ledger of a job that nobody else uses.
    static func ledger(_ job: String = UUID().uuidString, idle: Int? = nil, schema: String? = nil) throws
        -> PostgresLedger
    {
        var options: [String] = []
        if let idle { options.append("-c idle_session_timeout=\(idle)ms") }
        if let schema { options.append("-c search_path=\(schema)") }
        let string = try #require(connection) + " options='\(options.joined(separator: " "))' application_name='\(job)'"
        return try PostgresLedger(string, job: job)
    }

    /// The process of the server that serves a job's ledger.
    static func process(of job: String) throws -> pid_t {
        let rows = try connect().run("SELECT pid FROM pg_stat_activity WHERE application_name = $1", [job])
        return try #require(rows.first?.first?.flatMap(pid_t.init))
    }

    static func entry(_ item: String, _ state: LedgerEntry.State = .begun) -> LedgerEntry {
        LedgerEntry(
            item: item, place: "here", marker: .random(), state: state, at: Date(timeIntervalSince1970: 1_800_000_000))
    }
}

extension LedgerClaim {
    /// The entries that came with a claim; `nil` if somebody else holds the item.
    var entries: [LedgerEntry]? {
        if case .granted(let entries) = self { entries } else { nil }
    }
}

/// Waits, a second at most, until something is so.
func eventually(_ condition: () async throws -> Bool) async rethrows -> Bool {
    for _ in 0..<100 {
        if try await condition() { return true }
        try? await Task.sleep(for: .milliseconds(10))
    }
    return false
}
