/// Runs what has to be done even after the caller's task was cancelled: in a task of its own, for 10 seconds at most.
enum Shield {
    static let limit = Duration.seconds(10)

    /// Runs the work, and returns its result even if the calling task is cancelled.
    ///
    /// - Parameters:
    ///   - ring: Whose clock the limit is measured by.
    ///   - operation: The operation, for the error.
    ///   - work: The work. It is cancelled after ``limit``.
    /// - Returns: What the work returns.
    /// - Throws: What the work throws; ``APIError`` of the kind ``APIError/Kind/timedOut`` after ``limit``.
    static func run<Value: Sendable>(
        _ ring: some KeyRing, _ operation: String,
        _ work: @escaping @Sendable () async throws(APIError) -> Value
    ) async throws(APIError) -> Value {
        let clock = CallClock(ring.configuration.clock)
        // A new task: it does not inherit the cancellation that it has to survive.
        let race = Task { () -> Race<Result<Value, APIError>>.Ending in
            await Race.run(until: { try await clock.sleepUntil(limit) }) {
                do throws(APIError) {
                    return .success(try await work())
                } catch {
                    return .failure(error)
                }
            }
        }
        switch await race.value {
        case .finished(let result, _): return try result.get()
        case .abandoned:
            throw APIError(kind: .timedOut, outcome: .unknown, provider: ring.providerName, operation: operation)
        }
    }
}
