/// Carries out what has to be done even if the caller's task is cancelled: then in a task of its own, for 10 seconds at
/// most.
enum Shield {
    static let limit = Duration.seconds(10)

    /// Runs the work in this task, or, if this task is cancelled by then or meanwhile, from the start in one of its
    /// own: it must be safe to carry out twice. It is told how long it may wait for a list that lags behind: not at all
    /// after the cancellation.
    ///
    /// - Throws: What the work throws; ``APIError`` of the kind ``APIError/Kind/timedOut`` after ``limit``.
    static func run<Value: Sendable>(
        _ ring: some KeyRing, _ operation: String, patience: Duration,
        _ work: @escaping @Sendable (_ patience: Duration) async throws(APIError) -> Value
    ) async throws(APIError) -> Value {
        if !Task.isCancelled {
            do throws(APIError) {
                return try await work(patience)
            } catch {
                guard Task.isCancelled else { throw error }
            }
        }
        let deadline = CallClock(ring.clock).deadline(in: limit)
        // A new task: it does not inherit the cancellation that the work has to survive.
        let task = Task {
            await Race.run(until: deadline) { () -> Result<Value, APIError> in
                do throws(APIError) {
                    return .success(try await work(.zero))
                } catch {
                    return .failure(error)
                }
            }
        }
        guard case .returned(let result) = await task.value.ending else {
            throw ring.error(.timedOut, operation, outcome: .unknown)
        }
        return try result.get()
    }
}
