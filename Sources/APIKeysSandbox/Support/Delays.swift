import APIKeys

/// What shows later than it happens, by the sandbox's clock: keys that lists leave out for now, and keys that do not
/// work yet.
final class Delays: Sendable {
    private struct State: Sendable {
        /// Until when each ID is left out of lists.
        var unlisted: [String: Duration] = [:]
        /// When each secret begins to work.
        var inactive: [Secret: Duration] = [:]
    }

    private let clock: SandboxClock
    private let state = Locked(State())

    init(_ clock: SandboxClock) {
        self.clock = clock
    }

    func reset() {
        state.withLock { $0 = State() }
    }

    func unlist(_ id: String, for delay: Duration) {
        let end = clock.now + delay
        state.withLock { $0.unlisted[id] = end }
    }

    func deactivate(_ secret: Secret, for delay: Duration) {
        let end = clock.now + delay
        state.withLock { $0.inactive[secret] = end }
    }

    /// Whether a key does not work yet.
    func isInactive(_ secret: Secret) -> Bool {
        let now = clock.now
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
        let now = clock.now
        let unlisted = state.withLock { state in
            if state.unlisted.values.contains(where: { $0 <= now }) {
                state.unlisted = state.unlisted.filter { $0.value > now }
            }
            return state.unlisted
        }
        return unlisted.isEmpty ? rows : rows.filter { unlisted[$0.id.description] == nil }
    }
}
