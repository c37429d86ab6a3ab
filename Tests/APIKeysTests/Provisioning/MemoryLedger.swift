import APIKeys

/// A ledger in memory, which fails when it is told to.
final class MemoryLedger: ProvisioningLedger {
    struct Failure: Error {}

    private struct State: Sendable {
        var entries: [LedgerEntry] = []
        var failing: LedgerEntry.State?
        var onAppend: (@Sendable (LedgerEntry) -> Void)?
    }

    private let state = Locked(State())
    let isShared: Bool

    init(isShared: Bool = false) { self.isShared = isShared }

    var all: [LedgerEntry] { state.withLock { $0.entries } }

    func add(_ entry: LedgerEntry) { state.withLock { $0.entries.append(entry) } }

    func fail(at failing: LedgerEntry.State?) { state.withLock { $0.failing = failing } }

    func onAppend(_ action: @escaping @Sendable (LedgerEntry) -> Void) { state.withLock { $0.onAppend = action } }

    func entries() -> [LedgerEntry] { all }

    func append(_ entry: LedgerEntry) throws {
        state.withLock { $0.onAppend }?(entry)
        try state.withLock { state in
            if state.failing == entry.state { throw Failure() }
            state.entries.append(entry)
        }
    }
}

/// A place for secrets, in memory.
final class MemoryVault: Sendable {
    private let state = Locked<[String: Secret]>([:])

    var secrets: [String: Secret] { state.withLock { $0 } }

    func put(_ secret: Secret, _ item: String) { state.withLock { $0[item] = secret } }
}
