/// How many items are at work at the same time: fewer when the server asks to slow down, and more again by and by.
final class Pace: Sendable {
    private struct State: Sendable {
        var limit: Int
        var active = 0
        /// Since the last change of the limit.
        var successes = 0
        /// How often the limit was halved. Refusals of requests from before the last time say nothing new.
        var round = 0
        /// Nothing is sent before this time.
        var hold = Duration.zero
        /// Since when nothing has succeeded; `nil` if something has, or if nothing has failed yet.
        var stalledSince: Duration?
        var waiting: [CheckedContinuation<Void, Never>] = []

        /// Takes those who may go on now.
        mutating func admitted() -> [CheckedContinuation<Void, Never>] {
            let count = max(0, min(limit - active, waiting.count))
            defer { waiting.removeFirst(count) }
            active += count
            return Array(waiting.prefix(count))
        }
    }

    private let maximum: Int
    private let clock: CallClock
    private let state: Locked<State>

    init(limit: Int, clock: CallClock) {
        maximum = limit
        self.clock = clock
        state = Locked(State(limit: limit))
    }

    /// Waits until another item may be worked on, and returns the round that it is in; `nil` if the task is cancelled.
    func enter() async -> Int? {
        await withCheckedContinuation { continuation in
            let admitted = state.withLock { state in
                state.waiting.append(continuation)
                return state.admitted()
            }
            for continuation in admitted { continuation.resume() }
        }
        while !Task.isCancelled {
            let (hold, round) = state.withLock { ($0.hold, $0.round) }
            if clock.elapsed() >= hold { return round }
            try? await clock.sleep(until: hold)
        }
        leave()
        return nil
    }

    /// The item is no longer at work.
    func leave() {
        change { $0.active -= 1 }
    }

    /// A request succeeded.
    func succeeded() {
        change { state in
            state.stalledSince = nil
            state.successes += 1
            guard state.successes >= state.limit else { return }
            state.successes = 0
            state.limit = min(state.limit + 1, maximum)
        }
    }

    /// A request was not carried out, as far as anybody knows.
    func failed() {
        let now = clock.elapsed()
        state.withLock { $0.stalledSince = $0.stalledSince ?? now }
    }

    /// Whether nothing has succeeded for so long that to ask again makes no sense.
    var isStalled: Bool {
        let now = clock.elapsed()
        return state.withLock { state in state.stalledSince.map { now - $0 >= Self.patience } ?? false }
    }

    /// How long requests may be refused, with no success between, before their items fail.
    private static var patience: Duration { .seconds(120) }

    /// The server asked to slow down, in a round. Returns the new limit; `nil` if it stays.
    func refused(_ round: Int, retryAfter: Duration?) -> Int? {
        let now = clock.elapsed()
        return state.withLock { state in
            if let retryAfter { state.hold = max(state.hold, now + min(retryAfter, .seconds(3600))) }
            guard round == state.round else { return nil }
            state.round += 1
            state.successes = 0
            state.limit = max(state.limit / 2, 1)
            return state.limit
        }
    }

    private func change(_ change: (inout State) -> Void) {
        let admitted = state.withLock { state in
            change(&state)
            return state.admitted()
        }
        for continuation in admitted { continuation.resume() }
    }
}
