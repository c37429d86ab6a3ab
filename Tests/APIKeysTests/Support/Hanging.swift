import APIKeys

/// Waits until the task is cancelled.
func hang() async throws {
    try await Task.sleep(for: .seconds(3600))
}

/// Lets a test wait until something has happened elsewhere.
final class Signal: Sendable {
    private let state = Locked((isSet: false, waiting: [CheckedContinuation<Void, Never>]()))

    var isSet: Bool { state.withLock { $0.isSet } }

    func set() {
        let waiting = state.withLock { state in
            state.isSet = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isSet = state.withLock { state in
                if !state.isSet { state.waiting.append(continuation) }
                return state.isSet
            }
            if isSet { continuation.resume() }
        }
    }
}
