import APIKeys
import Testing

@testable import APIKeysPostgres

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A server that repeats the password in its refusal.
@Suite(.timeLimit(.minutes(5))) struct RepeatedPasswordTests {
    /// Nobody frees or changes what these point to.
    nonisolated(unsafe) private static let words = strdup("FATAL:  hunter2 is not\n the password of user")
    nonisolated(unsafe) private static let password = strdup("hunter2")

    private static let refusing = LibPQ(
        parse: { _, _ in nil }, options: { _ in nil }, freeOptions: { _ in },
        connectStart: { _, _, _ in words.map { OpaquePointer($0) } }, connectPoll: { _ in 0 }, status: { _ in 1 },
        socket: { _ in -1 }, password: { _ in password.map { UnsafePointer($0) } },
        errorMessage: { _ in words.map { UnsafePointer($0) } }, finish: { _ in },
        serverVersion: { _ in 0 }, backendPID: { _ in 0 }, setNoticeProcessor: { _, _, _ in nil },
        setNonblocking: { _, _ in 0 }, sendQuery: { _, _, _, _, _, _, _, _ in 0 }, flush: { _ in 0 },
        consumeInput: { _ in 0 }, isBusy: { _ in 0 }, nextAnswer: { _ in nil }, answerStatus: { _ in 0 },
        errorField: { _, _ in nil }, rowCount: { _ in 0 }, columnCount: { _ in 0 }, value: { _, _, _ in nil },
        isNull: { _, _, _ in 0 }, clear: { _ in })

    @Test func aServersWordsHoldNoPassword() {
        let error = #expect(throws: Unavailable.self) {
            try Connection(.init(unchecked: "postgres://"), Self.refusing)
        }
        #expect(error?.reason == "no connection to PostgreSQL: FATAL:  (redacted) is not the password of user")
    }
}

/// A connection whose other end has gone silent: its keep-alives are answered, and nothing else.
@Suite(.timeLimit(.minutes(5))) struct DeadlineTests {
    /// libpq, as it is while it waits for an answer that does not come. The connection is the address of the socket's
    /// number.
    private static let silent = LibPQ(
        parse: { _, _ in nil }, options: { _ in nil }, freeOptions: { _ in },
        connectStart: { _, _, _ in
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else { return nil }
            let ending = UnsafeMutablePointer<Int32>.allocate(capacity: 2)
            ending.initialize(from: ends, count: 2)
            return OpaquePointer(ending)
        },
        connectPoll: { _ in LibPQ.ready }, status: { _ in LibPQ.connected },
        // The first poll asks whether the socket can be written to, which is the other end of the pipe.
        socket: { UnsafeMutablePointer<Int32>($0)[isConnected ? 0 : 1] }, password: { _ in nil },
        errorMessage: { _ in nil },
        finish: { connection in
            let ends = UnsafeMutablePointer<Int32>(connection)
            for end in 0..<2 { close(ends[end]) }
            ends.deallocate()
        }, serverVersion: { _ in 140_000 }, backendPID: { _ in 1 }, setNoticeProcessor: { _, _, _ in nil },
        setNonblocking: { _, _ in
            isConnected = true
            return 0
        }, sendQuery: { _, _, _, _, _, _, _, _ in 1 }, flush: { _ in 0 }, consumeInput: { _ in 1 },
        isBusy: { _ in 1 }, nextAnswer: { _ in nil }, answerStatus: { _ in 0 }, errorField: { _, _ in nil },
        rowCount: { _ in 0 }, columnCount: { _ in 0 }, value: { _, _, _ in nil }, isNull: { _, _, _ in 0 },
        clear: { _ in })

    // Unsafe: the one test below uses it, in one task.
    nonisolated(unsafe) private static var isConnected = false

    @Test func aSilentServerEndsTheSession() throws {
        // Nothing can be parsed without libpq, and nothing has to be.
        let connection = try Connection(.init(unchecked: "postgres://"), Self.silent)
        connection.limit = .milliseconds(50)
        let begun = ContinuousClock.now
        #expect(throws: PostgresLedgerError.Reason.noAnswer) { try connection.run("SELECT 1", []) }
        #expect(ContinuousClock.now - begun >= .milliseconds(50))
    }
}
