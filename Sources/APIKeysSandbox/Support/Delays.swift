import APIKeys

/// The sandbox's time, which can be moved forward, and what shows later than it happens: keys that lists leave out for
/// now, and keys that do not work yet.
final class Delays: Sendable {
    private struct State: Sendable {
        /// How far the time was moved.
        var offset = Duration.zero
        /// How far it was moved since the last reset.
        var moved = Duration.zero
        /// Those that sleep: they look at the time again when it is moved.
        var sleepers: [ObjectIdentifier: OneShot<Void>] = [:]
        /// Until when each ID is left out of lists.
        var unlisted: [String: Duration] = [:]
        /// When each secret begins to work.
        var inactive: [Secret: Duration] = [:]
    }

    /// How far the time can be moved, so that no date gets out of hand: a hundred years.
    static let limit = Duration.seconds(3_155_760_000)

    private let clock: CallClock
    private let state = Locked(State())

    init(_ clock: any Clock<Duration>) {
        self.clock = CallClock(clock)
    }

    /// The time since the sandbox was created.
    var now: Duration { clock.elapsed() + state.withLock { $0.offset } }

    /// Forgets what is late, and lets the time be moved as far as in the beginning. It is not moved back: what sleeps
    /// would sleep too long.
    func reset() {
        state.withLock { state in
            state.moved = .zero
            state.unlisted = [:]
            state.inactive = [:]
        }
    }

    /// Moves the time forward, never back and not beyond ``limit`` in all, and wakes what slept until then.
    func advance(by duration: Duration) -> Duration {
        let (step, sleepers) = state.withLock { state in
            let step = max(min(duration, Self.limit - state.moved), .zero)
            state.moved += step
            state.offset += step
            return (step, Array(state.sleepers.values))
        }
        for sleeper in sleepers { sleeper.end(with: .success(())) }
        return step
    }

    /// Sleeps until that much time has passed since the sandbox was created.
    func sleep(until end: Duration) async throws {
        let moved = OneShot<Void>()
        let offset = state.withLock { state in
            state.sleepers[ObjectIdentifier(moved)] = moved
            return state.offset
        }
        defer { state.withLock { _ = $0.sleepers.removeValue(forKey: ObjectIdentifier(moved)) } }
        try await withThrowingTaskGroup(of: Void.self) { [clock] group in
            group.addTask { try await clock.sleep(until: end - offset) }
            group.addTask { try await moved.value() }
            defer { group.cancelAll() }
            try await group.next()
        }
        if state.withLock({ $0.offset != offset }) { try await sleep(until: end) }
    }

    func unlist(_ id: String, for delay: Duration) {
        let end = now + delay
        state.withLock { $0.unlisted[id] = end }
    }

    func deactivate(_ secret: Secret, for delay: Duration) {
        let end = now + delay
        state.withLock { $0.inactive[secret] = end }
    }

    /// Whether a key does not work yet.
    func isInactive(_ secret: Secret) -> Bool {
        let now = now
        return state.withLock { state in
            state.inactive = state.inactive.filter { $0.value > now }
            return state.inactive[secret] != nil
        }
    }

    /// Whether a request's credential does not work yet, whatever field it is in.
    func isInactive(credentialIn headers: HTTPHeaders) -> Bool {
        guard state.withLock({ !$0.inactive.isEmpty }) else { return false }
        return headers.fields.contains { field in
            [field.value, field.value.schemeAndCredential.credential].contains { isInactive(Secret($0)) }
        }
    }

    /// The rows that a list shows.
    func listed<Row: ProviderRow>(_ rows: [Row]) -> [Row] {
        let now = now
        let unlisted = state.withLock { state in
            if state.unlisted.values.contains(where: { $0 <= now }) {
                state.unlisted = state.unlisted.filter { $0.value > now }
            }
            return state.unlisted
        }
        return unlisted.isEmpty ? rows : rows.filter { unlisted[$0.id.description] == nil }
    }
}
