import APIKeysTesting
import Foundation

@testable import APIKeys

/// A provider in memory with the faults of a seed, and readers that use what was stored.
///
/// After every effect it checks the invariant: the secret that was stored for last works. A process that was killed
/// goes on running here, but nothing that it does has an effect any more.
final class ModelProvider: Sendable {
    struct Faults: Sendable {
        /// How likely a request goes wrong.
        var probability = 0.0
        /// Whether the list holds secrets, and creates return IDs.
        var listHoldsSecrets = true
        var returnsIDs = true
        /// How far the list may lag behind, and how late a lost request may take effect. Together less than `settling`.
        var lag = Duration.zero
        var lateness = Duration.zero
    }

    struct Key: Sendable {
        let id: String
        let label: String
        let secret: Secret
        let listedFrom: Duration
        var unlistedFrom: Duration?
    }

    /// A process: it may be cancelled or killed at one of its steps.
    final class Process: Sendable {
        enum End: Sendable { case cancellation, kill }

        private struct State: Sendable {
            var steps = 0
            var isDead = false
            var cancel: (@Sendable () -> Void)?
        }

        private let end: (kind: End, step: Int)?
        private let state = Locked(State())

        init(_ end: (kind: End, step: Int)? = nil) { self.end = end }

        func onCancel(_ cancel: @escaping @Sendable () -> Void) { state.withLock { $0.cancel = cancel } }

        var isDead: Bool { state.withLock { $0.isDead } }

        /// Counts a step, at which the process may end.
        ///
        /// - Returns: Whether the process is alive.
        func step() -> Bool {
            let (isAlive, cancel) = state.withLock { state in
                state.steps += 1
                if let end, end.step == state.steps {
                    if end.kind == .kill { state.isDead = true } else { return (!state.isDead, state.cancel) }
                }
                return (!state.isDead, nil)
            }
            cancel?()
            return isAlive
        }
    }

    private struct State: Sendable {
        var random: SeededGenerator
        var keys: [Key] = []
        var late: [(due: Duration, label: String)] = []
        var created = 0
        /// The secret that readers use, by the item.
        var stored: [String: Secret] = [:]
        /// The number of the key that was stored for an item last.
        var sequences: [String: Int] = [:]
        var backwardStores: [String] = []
        var violations: [String] = []
        var looks = 0
        var log: [String] = []
    }

    let clock = TestClock(skippingSleepsUpTo: .seconds(9))
    private let time: CallClock
    private let faults: Locked<Faults>
    private let state: Locked<State>

    init(seed: UInt64, name: String, _ faults: Faults) {
        time = CallClock(clock)
        self.faults = Locked(faults)
        state = Locked(State(random: SeededGenerator(seed: seed, name: name)))
    }

    /// Nothing goes wrong from now on, and what is late is there.
    func calm() {
        clock.advance(by: .seconds(60))
        faults.withLock { $0.probability = 0 }
        carryOutWhatIsDue()
    }

    var live: [Key] { state.withLock { $0.keys.filter { $0.unlistedFrom == nil } } }
    var stored: [String: Secret] { state.withLock { $0.stored } }
    var violations: [String] { state.withLock { $0.violations } }
    var log: [String] { state.withLock { $0.log } }
    /// How often the invariant was checked.
    var looks: Int { state.withLock { $0.looks } }

    /// The stores whose key had not a greater number than one that was stored before.
    var backwardStores: [String] { state.withLock { $0.backwardStores } }

    /// Nobody reads an item's secret any longer.
    func forget(_ item: String) { state.withLock { _ = $0.stored.removeValue(forKey: item) } }

    @discardableResult
    func add(_ label: String, storedFor item: String? = nil) -> Key {
        let now = time.elapsed()
        let key = state.withLock { Self.add(label, from: now, to: &$0) }
        if let item { state.withLock { $0.stored[item] = key.secret } }
        return key
    }

    private static func add(_ label: String, from listedFrom: Duration, to state: inout State) -> Key {
        state.created += 1
        let key = Key(
            id: "k\(state.created)", label: label, secret: Secret("secret-\(state.created)"), listedFrom: listedFrom)
        state.keys.append(key)
        state.log.append("exists \(key.id) \(label)")
        return key
    }

    private func carryOutWhatIsDue() {
        let now = time.elapsed()
        let lag = faults.withLock { $0.lag }
        state.withLock { state in
            for (due, label) in state.late.filter({ $0.due <= now }) {
                _ = Self.add(label, from: due + Self.random(lag, &state), to: &state)
            }
            state.late.removeAll { $0.due <= now }
        }
    }

    private static func random(_ longest: Duration, _ state: inout State) -> Duration {
        longest * Double.random(in: 0...1, using: &state.random)
    }

    /// Which fault the next request has; `nil` for none.
    private func fault(_ count: Int) -> Int? {
        let probability = faults.withLock { $0.probability }
        return state.withLock { state in
            guard Double.random(in: 0..<1, using: &state.random) < probability else { return nil }
            return Int.random(in: 0..<count, using: &state.random)
        }
    }

    /// Has an effect, unless the process was killed by then.
    private func act<Result>(
        _ process: Process, _ operation: String, _ change: (inout State) -> Result
    ) throws(APIError) -> Result {
        guard let result = state.withLock({ process.isDead ? nil : change(&$0) }) else { throw Self.lost(operation) }
        return result
    }

    // MARK: - Requests

    func create(_ label: String, _ process: Process) throws(APIError) -> IssuedKey {
        carryOutWhatIsDue()
        guard process.step() else { throw Self.lost("create") }
        let faults = faults.withLock { $0 }
        let now = time.elapsed()
        func make() throws(APIError) -> Key {
            try act(process, "create") { Self.add(label, from: now + Self.random(faults.lag, &$0), to: &$0) }
        }
        switch fault(9) {
        case nil: break
        case 0:
            _ = try make()
            throw Self.lost("create")
        case 1: throw Self.lost("create")
        case 2:
            try act(process, "create") { state in
                let due = now + Self.random(faults.lateness, &state)
                state.late.append((due, label))
            }
            throw Self.lost("create")
        case 3:
            _ = try make()
            throw Self.error("create", .decoding, .processed)
        case 4:
            var error = Self.error("create", .decoding, .processed)
            error.recoveredSecret = try make().secret
            throw error
        case 5:
            var error = Self.error("create", .decoding, .processed)
            error.recoveredSecret = Secret("try again later")
            throw error
        case 6: throw Self.error("create", .rateLimited, .notProcessed)
        case 7:
            _ = try make()
            throw Self.error("create", .conflict, .notProcessed)
        default: throw Self.error("create", .forbidden, .notProcessed)
        }
        let key = try make()
        // Killed before the answer was read.
        guard process.step() else { throw Self.lost("create") }
        return IssuedKey(id: faults.returnsIDs ? key.id : nil, label: label, secret: key.secret)
    }

    func list(_ process: Process) throws(APIError) -> [ListedKey] {
        carryOutWhatIsDue()
        guard process.step() else { throw Self.lost("list") }
        if Task.isCancelled { throw Self.error("list", .cancelled, .notProcessed) }
        if fault(4) == 0 { throw Self.error("list", .forbidden, .notProcessed) }
        let (now, holdsSecrets) = (time.elapsed(), faults.withLock { $0.listHoldsSecrets })
        return state.withLock { state in
            state.keys.filter { $0.listedFrom <= now && $0.unlistedFrom.map { now < $0 } ?? true }
                .map { ListedKey(id: $0.id, label: $0.label, secret: holdsSecrets ? $0.secret : nil) }
        }
    }

    func revoke(_ id: String, _ process: Process) throws(APIError) {
        carryOutWhatIsDue()
        guard process.step() else { throw Self.lost("revoke") }
        if Task.isCancelled { throw Self.error("revoke", .cancelled, .notProcessed) }
        let fault = fault(4)
        if fault == 0 { throw Self.error("revoke", .forbidden, .notProcessed) }
        if fault == 1 { throw Self.lost("revoke") }
        let (now, lag) = (time.elapsed(), faults.withLock { $0.lag })
        try act(process, "revoke") { state in
            guard let index = state.keys.firstIndex(where: { $0.id == id && $0.unlistedFrom == nil }) else { return }
            state.keys[index].unlistedFrom = now + Self.random(lag, &state)
            state.log.append("revoked \(id)")
        }
        look("revoke \(id)")
        if fault == 2 || !process.step() { throw Self.lost("revoke") }
    }

    /// Lets readers use a key from now on.
    func store(_ key: IssuedKey, for item: String, _ process: Process) throws {
        guard process.step() else { throw Self.lost("store") }
        if fault(6) == 0 { throw VaultError() }
        try act(process, "store") { state in
            let (former, number) = (state.sequences[item] ?? 0, key.sequence ?? 0)
            let isSame = state.stored[item] == key.secret
            if number < former || (number == former && !isSame) {
                state.backwardStores.append("\(item): \(number) after \(former)")
            }
            state.sequences[item] = number
            state.stored[item] = key.secret
            state.log.append("stored \(key.id ?? "-") for \(item)")
        }
        look("store for \(item)")
        if !process.step() { throw Self.lost("store") }
    }

    func verify(_ key: IssuedKey, _ process: Process) throws {
        guard process.step() else { throw Self.lost("verify") }
        if fault(3) == 0 { throw VaultError() }
        guard live.contains(where: { $0.secret == key.secret }) else { throw VaultError() }
    }

    /// Reads as the readers do: every stored secret has to work.
    private func look(_ event: String) {
        state.withLock { state in
            state.looks += 1
            for (item, secret) in state.stored
            where !state.keys.contains(where: { $0.secret == secret && $0.unlistedFrom == nil }) {
                state.violations.append("\(event): the stored secret of \(item) does not work")
            }
        }
    }

    private static func lost(_ operation: String) -> APIError {
        error(operation, .network(NetworkFailure(reason: .connectionLost)), .unknown)
    }

    private static func error(
        _ operation: String, _ kind: APIError.Kind, _ outcome: APIError.Outcome
    ) -> APIError {
        APIError(kind: kind, outcome: outcome, provider: "Model", operation: operation)
    }
}
