import APIKeysTesting

/// The faults of a seed, and where its process ends.
struct Scenario: Sendable, CustomStringConvertible {
    let seed: UInt64
    let faults: ModelProvider.Faults
    let end: (kind: ModelProvider.Process.End, step: Int)?

    init(seed: UInt64, steps: Int) {
        var random = SeededGenerator(seed: seed, name: "scenario")
        var faults = ModelProvider.Faults()
        faults.listHoldsSecrets = Bool.random(using: &random)
        faults.returnsIDs = Int.random(in: 0..<4, using: &random) > 0
        faults.probability = [0, 0.1, 0.3, 0.6][Int.random(in: 0..<4, using: &random)]
        if Bool.random(using: &random) { (faults.lag, faults.lateness) = (.seconds(2), .seconds(2)) }
        let step = Int.random(in: 1...steps, using: &random)
        end = [nil, (.cancellation, step), (.kill, step), (.kill, step)][Int.random(in: 0..<4, using: &random)]
        self.seed = seed
        self.faults = faults
    }

    var description: String { "seed \(seed), \(faults), ends: \(end.map { "\($0)" } ?? "by itself")" }
}
