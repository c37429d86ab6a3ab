import APIKeys
import APIKeysTesting

/// The faults that are to happen.
final class FaultPlan: Sendable {
    private struct Entry: Sendable {
        let fault: Sandbox.Fault
        let target: Sandbox.Target
        var occurrence: Sandbox.Occurrence
    }

    private struct State: Sendable {
        var generator: SeededGenerator
        var entries: [Entry] = []
    }

    private let state: Locked<State>

    init(seed: UInt64?) {
        state = Locked(State(generator: SeededGenerator(seed: seed, name: "faults")))
    }

    func add(_ fault: Sandbox.Fault, _ target: Sandbox.Target, _ occurrence: Sandbox.Occurrence) {
        state.withLock { $0.entries.append(Entry(fault: fault, target: target, occurrence: occurrence)) }
    }

    func removeAll() {
        state.withLock { $0.entries = [] }
    }

    /// The fault that happens to a request, if any.
    func draw(for match: RouteMatch?) -> Sandbox.Fault? {
        state.withLock { state in
            for index in state.entries.indices where state.entries[index].target.includes(match) {
                switch state.entries[index].occurrence {
                case .always: return state.entries[index].fault
                case .first(let count) where count > 0:
                    state.entries[index].occurrence = .first(count - 1)
                    return state.entries[index].fault
                case .first: continue
                case .probability(let probability):
                    // A draw for each request that it could be, so that a seed decides the same in every run.
                    if Double.random(in: 0..<1, using: &state.generator) < probability {
                        return state.entries[index].fault
                    }
                }
            }
            return nil
        }
    }
}
