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

    @Test func aServersWordsHoldNoPassword() {
        let refusing = LibPQ.fake(
            connectStart: { _, _, _ in Self.words.map { OpaquePointer($0) } }, status: { _ in 1 },
            password: { _ in Self.password.map { UnsafePointer($0) } },
            errorMessage: { _ in Self.words.map { UnsafePointer($0) } })
        let error = #expect(throws: Unavailable.self) { try Connection(.init(unchecked: "postgres://"), refusing) }
        #expect(error?.reason == "no connection to PostgreSQL: FATAL:  (redacted) is not the password of user")
    }
}
