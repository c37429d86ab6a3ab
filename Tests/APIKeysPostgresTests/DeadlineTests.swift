import APIKeys
import Testing

@testable import APIKeysPostgres

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A connection whose other end has gone silent: its keep-alives are answered, and nothing else.
@Suite(.timeLimit(.minutes(5))) struct DeadlineTests {
    /// libpq, as it is while it waits for an answer that does not come. The connection is the address of the socket's
    /// number.
    private static let silent = LibPQ.fake(
        connectStart: { _, _, _ in
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else { return nil }
            let ending = UnsafeMutablePointer<Int32>.allocate(capacity: 2)
            ending.initialize(from: ends, count: 2)
            return OpaquePointer(ending)
        },
        // The first poll asks whether the socket can be written to, which is the other end of the pipe.
        socket: { UnsafeMutablePointer<Int32>($0)[isConnected ? 0 : 1] },
        finish: { connection in
            let ends = UnsafeMutablePointer<Int32>(connection)
            for end in 0..<2 { close(ends[end]) }
            ends.deallocate()
        },
        setNonblocking: { _, _ in
            isConnected = true
            return 0
        })

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
