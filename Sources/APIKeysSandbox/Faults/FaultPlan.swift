import APIKeys
import APIKeysTesting

/// The faults that are to happen.
final class FaultPlan: Sendable {
    struct Entry: Sendable {
        let fault: Sandbox.Fault
        let target: Sandbox.Target
        var occurrence: Sandbox.Occurrence
        private var hasHappened = false

        init(fault: Sandbox.Fault, target: Sandbox.Target, occurrence: Sandbox.Occurrence) {
            (self.fault, self.target, self.occurrence) = (fault, target, occurrence)
        }

        /// The fault in the words of `inject(parsing:)`.
        var text: String {
            switch occurrence {
            case .first(let count): "\(target):\(fault):\(count)"
            case .always: "\(target):\(fault):1.0"
            case .probability(let probability): "\(target):\(fault):\(probability)"
            }
        }

        var isUsed: Bool {
            if case .first(let count) = occurrence { count <= 0 } else { hasHappened }
        }

        /// Decides whether the fault happens to a request that it is for.
        mutating func happens(_ generator: inout SeededGenerator) -> Bool {
            let happens: Bool
            switch occurrence {
            case .always: happens = true
            case .first(let count):
                happens = count > 0
                if happens { occurrence = .first(count - 1) }
            case .probability(let probability):
                // A draw for each request that it could be, so that a seed decides the same in every run.
                happens = Double.random(in: 0..<1, using: &generator) < probability
            }
            hasHappened = hasHappened || happens
            return happens
        }
    }

    private struct State: Sendable {
        var generator: SeededGenerator
        var entries: [Entry] = []
    }

    private let seed: UInt64?
    private let state: Locked<State>

    init(seed: UInt64?) {
        self.seed = seed
        state = Locked(State(generator: SeededGenerator(seed: seed, name: "faults")))
    }

    func add(_ entries: [Entry]) {
        state.withLock { $0.entries += entries }
    }

    func removeAll() {
        state.withLock { $0.entries = [] }
    }

    func reset() {
        state.withLock { $0 = State(generator: SeededGenerator(seed: seed, name: "faults")) }
    }

    /// The faults that may still happen, in the words of `inject(parsing:)`.
    var pending: [String] {
        state.withLock { state in state.entries.filter { $0.occurrence != .first(0) }.map(\.text) }
    }
    /// The faults that have not happened, or not as often as they should.
    var unused: [String] { state.withLock { $0.entries.filter { !$0.isUsed }.map(\.text) } }

    /// Draws what goes wrong with a request.
    ///
    /// - Returns: The fault, if any, and how late what the request creates is listed.
    func draw(for match: RouteMatch?) -> (fault: Sandbox.Fault?, listingDelay: Duration?) {
        let provider = match.map { type(of: $0.provider).name }
        return state.withLock { state in
            var (fault, listingDelay): (Sandbox.Fault?, Duration?) = (nil, nil)
            for index in state.entries.indices {
                let entry = state.entries[index]
                guard entry.target.includes(match?.route, of: provider) else { continue }
                if case .delayListing(let delay) = entry.fault.effect {
                    guard listingDelay == nil, match?.route.creates == true else { continue }
                    if state.entries[index].happens(&state.generator) { listingDelay = delay }
                } else if fault == nil, state.entries[index].happens(&state.generator) {
                    fault = entry.fault
                }
            }
            return (fault, listingDelay)
        }
    }
}
