import APIKeys
import Testing

@testable import APIKeysPostgres

@Suite(.timeLimit(.minutes(5))) struct UnavailableTests {
    /// Tests/APIKeysCurlTests/without-libcurl hides libpq as well.
    @Test(.enabled("needs a system without libpq") { (try? LibPQ()) == nil })
    func withoutLibpqTheWordsHelp() throws {
        let error = #expect(throws: PostgresLedger.Unavailable.self) { try PostgresLedger("postgres://", job: "job") }
        let reason = try #require(error?.reason)
        #if os(Linux)
            #expect(reason.contains("libpq.so.5 was not found") && reason.contains("libpq5"), "\(reason)")
        #else
            #expect(reason.contains("Linux alone") && !reason.contains("install"), "\(reason)")
        #endif
    }

    /// libpq repeats what it cannot read, and errors of a connection name the host, into which an `@` in a password
    /// moves a part of it.
    @Test(
        .enabled("needs libpq") { (try? LibPQ()) != nil },
        arguments: [
            "postgres://user:hun@ter2@127.0.0.1/ledger", "postgres://user:hun/ter2@127.0.0.1/ledger",
            "postgres://user:hun?ter2@127.0.0.1/ledger", "host=127.0.0.1 password=hun ter2", "hunter2",
            "postgres://user:hun%ter2@127.0.0.1/ledger", "host=127.0.0.1 password='hunter2",
            "postgres://user:hun@\u{301}ter2@127.0.0.1/ledger",
        ])
    func aStringThatCannotBeReadIsNotRepeated(string: String) {
        let error = #expect(throws: Unavailable.self) { try PostgresLedger(string, job: "job") }
        let text = "\(error?.reason ?? "")"
        #expect(!text.contains("hun") && !text.contains("ter2"), "\(text)")
        #expect(text.contains("the connection string cannot be read"), "\(text)")
    }
}
