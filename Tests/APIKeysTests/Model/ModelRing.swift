@testable import APIKeys

/// A ring of a ``ModelProvider``, as one process has it.
struct ModelRing: RevocableKeyRing {
    let provider: ModelProvider
    let process: ModelProvider.Process
    var place: String { "model" }
    var clock: any Clock<Duration> { provider.clock }

    func create(label: String, options: RequestOptions) async throws(APIError) -> IssuedKey {
        try provider.create(label, process)
    }

    func keys(options: RequestOptions) async throws(APIError) -> [ListedKey] { try provider.list(process) }

    func revoke(id: String, options: RequestOptions) async throws(APIError) { try provider.revoke(id, process) }
}

/// A ledger that a killed process no longer writes to.
final class ModelLedger: ProvisioningLedger {
    private let entriesByAll: Locked<[LedgerEntry]>
    private let process: ModelProvider.Process

    init(_ entries: [LedgerEntry], _ process: ModelProvider.Process) {
        entriesByAll = Locked(entries)
        self.process = process
    }

    var all: [LedgerEntry] { entriesByAll.withLock { $0 } }

    func entries() -> [LedgerEntry] { all }

    func append(_ entry: LedgerEntry) throws {
        guard process.step() else { throw VaultError() }
        entriesByAll.withLock { $0.append(entry) }
        if !process.step() { throw VaultError() }
    }
}
