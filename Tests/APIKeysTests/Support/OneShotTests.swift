import APIKeys
import Testing

@Suite(.timeLimit(.minutes(5))) struct OneShotTests {
    private struct Failure: Error {}

    @Test(arguments: [false, true]) func theValueComesBeforeTheWaitOrBehindIt(_ isBefore: Bool) async throws {
        let shot = OneShot<Int>()
        if isBefore { shot.end(with: .success(1)) }
        async let value = shot.value()
        if !isBefore {
            await Task.yield()
            shot.end(with: .success(1))
        }
        #expect(try await value == 1)
    }

    @Test func whatComesFirstCounts() async throws {
        let shot = OneShot<Int>()
        shot.end(with: .failure(Failure()))
        shot.end(with: .success(1))
        await #expect(throws: Failure.self) { try await shot.value() }
    }

    @Test(arguments: [false, true]) func cancellationEndsTheWait(_ isBefore: Bool) async throws {
        let shot = OneShot<Int>()
        let begun = Signal()
        let task = Task {
            if isBefore { withUnsafeCurrentTask { $0?.cancel() } }
            begun.set()
            return try await shot.value()
        }
        await begun.wait()
        if !isBefore { task.cancel() }
        await #expect(throws: CancellationError.self) { try await task.value }
        // Too late, and harmless.
        shot.end(with: .success(1))
    }

    /// Whatever comes at the same time, the wait ends once.
    @Test func aValueAndACancellationAtOnce() async {
        for _ in 0..<500 {
            let shot = OneShot<Int>()
            let task = Task { try await shot.value() }
            async let ended: Void = shot.end(with: .success(1))
            task.cancel()
            await ended
            switch await task.result {
            case .success(let value): #expect(value == 1)
            case .failure(let error): #expect(error is CancellationError)
            }
        }
    }
}
