import APIKeysTesting

@testable import APIKeys

/// A ledger that several workers share, as a server has it: each has a session, whose claims end with it.
final class SharedLedger: Sendable {
    struct SessionIsOver: Error {}

    private struct State: Sendable {
        var entries: [LedgerEntry] = []
        var owners: [String: Int] = [:]
        var sessions = 0
        /// The sessions that are over; `true` if their workers can tell by the clock.
        var over: [Int: Bool] = [:]
        /// How many effects of each session are on their way whose check has passed.
        var effects: [Int: Int] = [:]
    }

    private let state = Locked(State())

    var all: [LedgerEntry] { state.withLock { $0.entries } }

    func session(
        _ process: ModelProvider.Process = .init(), afterEach: @escaping @Sendable () async -> Void = {}
    ) -> Session {
        let number = state.withLock { state in
            state.sessions += 1
            return state.sessions
        }
        return Session(ledger: self, number: number, process: process, afterEach: afterEach)
    }

    /// Ends a session, or all of them, as when the server is killed. It is noticed if the worker can tell by its clock,
    /// as after a long stop.
    func end(_ number: Int?, isNoticed: Bool) {
        state.withLock { state in
            for session in number.map({ $0...$0 }) ?? 1...max(state.sessions, 1) {
                state.over[session] = isNoticed || state.over[session] == true
                state.owners = state.owners.filter { $0.value != session }
            }
        }
    }

    /// Ends the session of a worker that is stopped, but not between a check and the effect that it allows: nothing can
    /// be checked at the instant of an effect, and no time of the model passes in between.
    func stop(_ number: Int) async {
        while state.withLock({ $0.effects[number, default: 0] > 0 }) { await Task.yield() }
        end(number, isNoticed: true)
    }

    final class Session: ProvisioningLedger {
        let number: Int
        private let ledger: SharedLedger
        private let process: ModelProvider.Process
        /// What happens to the worker before it sees an answer: it may be stopped.
        private let afterEach: @Sendable () async -> Void

        init(
            ledger: SharedLedger, number: Int, process: ModelProvider.Process,
            afterEach: @escaping @Sendable () async -> Void
        ) {
            (self.ledger, self.number, self.process, self.afterEach) = (ledger, number, process, afterEach)
        }

        let isShared = true

        /// Each effect of a run comes right behind one that is asked for.
        var mayHold: Bool {
            ledger.state.withLock { state in
                guard state.over[number] != true else { return false }
                state.effects[number, default: 0] += 1
                return true
            }
        }

        /// An effect has taken place.
        func hasActed() { ledger.state.withLock { $0.effects[number, default: 0] -= 1 } }

        func entries() -> [LedgerEntry] { ledger.all }

        func append(_ entry: LedgerEntry) async throws {
            try check()
            try ledger.state.withLock { state in
                guard state.over[number] == nil else { throw SessionIsOver() }
                state.entries.append(entry)
            }
            await afterEach()
            // Killed, or cut off, before it has seen the answer.
            try check()
        }

        func claim(_ item: String) async throws -> LedgerClaim {
            try check()
            let claim = try ledger.state.withLock { state in
                guard state.over[number] == nil else { throw SessionIsOver() }
                guard state.owners[item] == nil else { return LedgerClaim.held }
                state.owners[item] = number
                return .granted(state.entries.filter { $0.item == item })
            }
            await afterEach()
            return claim
        }

        func release(_ item: String) async {
            ledger.state.withLock { state in
                if state.owners[item] == number { state.owners[item] = nil }
            }
        }

        func confirm() throws { try check() }

        private func check() throws {
            if !process.step() { ledger.end(number, isNoticed: true) }
            guard ledger.state.withLock({ $0.over[number] == nil }) else { throw SessionIsOver() }
        }
    }
}

/// A ring of a worker that may be stopped before it sees the answer to a create.
struct WorkerRing: RevocableKeyRing {
    let ring: ModelRing
    let session: SharedLedger.Session
    let afterEach: @Sendable () async -> Void
    var place: String { ring.place }
    var clock: any Clock<Duration> { ring.clock }

    func create(label: String, options: RequestOptions) async throws(APIError) -> IssuedKey {
        do throws(APIError) {
            let key = try await ring.create(label: label, options: options)
            session.hasActed()
            await afterEach()
            return key
        } catch {
            session.hasActed()
            await afterEach()
            throw error
        }
    }

    func keys(options: RequestOptions) async throws(APIError) -> [ListedKey] {
        let keys = try await ring.keys(options: options)
        await afterEach()
        return keys
    }

    func revoke(id: String, options: RequestOptions) async throws(APIError) {
        defer { session.hasActed() }
        try await ring.revoke(id: id, options: options)
    }
}

/// Counts what a worker does, and stops it at one step for as long as somebody else takes.
final class Stop: Sendable {
    private let step: Int?
    private let count = Locked(0)
    private let begin: @Sendable () async -> Void

    init(at step: Int?, _ begin: @escaping @Sendable () async -> Void) {
        (self.step, self.begin) = (step, begin)
    }

    var hasBegun: Bool { step.map { step in count.withLock { $0 >= step } } ?? false }

    func pass() async {
        let now = count.withLock { count in
            count += 1
            return count
        }
        if now == step { await begin() }
    }
}
