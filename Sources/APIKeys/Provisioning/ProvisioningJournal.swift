/// What a run has done so far: its report, its events, its ledger, and whether it goes on.
final class ProvisioningJournal: Sendable {
    private enum Stop: Sendable {
        case budget
        /// The provider does not accept the credential.
        case credential
        case ledger(any Error)
    }

    private struct State: Sendable {
        var report = ProvisioningReport()
        var stop: Stop?
    }

    private let ledger: any ProvisioningLedger
    private let failureBudget: Int?
    private let total: Int
    private let clock: CallClock
    private let emit: (@Sendable (ProvisioningEvent) -> Void)?
    private let state = Locked(State())

    init(
        ledger: any ProvisioningLedger, failureBudget: Int?, total: Int, clock: CallClock,
        emit: (@Sendable (ProvisioningEvent) -> Void)?
    ) {
        self.ledger = ledger
        self.failureBudget = failureBudget.map { max($0, 1) }
        self.total = total
        self.clock = clock
        self.emit = emit
    }

    /// Whether no further item may begin.
    var isStopped: Bool { Task.isCancelled || state.withLock { $0.stop != nil } }

    /// Whether keys may still be looked for and revoked.
    var canLook: Bool {
        guard !Task.isCancelled else { return false }
        return switch state.withLock({ $0.stop }) {
        case nil, .budget: true
        case .credential, .ledger: false
        }
    }

    /// Why the ledger takes no more entries.
    var ledgerError: (any Error)? {
        guard case .ledger(let error) = state.withLock({ $0.stop }) else { return nil }
        return error
    }

    /// Whether an entry was appended, which is durable then. If not, nothing further begins.
    func append(_ entry: LedgerEntry) async -> Bool {
        guard ledgerError == nil else { return false }
        do {
            try await ledger.append(entry)
            return true
        } catch {
            stop(ledger: error)
            return false
        }
    }

    /// Claims an item; `nil` if the ledger cannot be used any longer.
    func claim(_ item: String) async -> LedgerClaim? {
        do {
            return try await ledger.claim(item)
        } catch {
            stop(ledger: error)
            return nil
        }
    }

    func release(_ item: String) async { await ledger.release(item) }

    /// Whether what was claimed is still claimed, for certain; also after an entry that the ledger did not take.
    var isClaimed: Bool {
        get async { (try? await ledger.confirm()) != nil && ledger.mayHold }
    }

    /// Whether what was claimed is still claimed, by the clock or, for certain, by the ledger. If not, nothing further
    /// begins: somebody else may work on the items.
    func holds(forCertain isCertain: Bool = false) async -> Bool {
        guard ledgerError == nil else { return false }
        if !isCertain, ledger.mayHold { return true }
        do {
            try await ledger.confirm()
            guard ledger.mayHold else {
                throw APIError(
                    kind: .conflict, outcome: .notProcessed,
                    message: "this run was stopped for so long that others may work on its items; run it again",
                    provider: "Provisioning", operation: "provision")
            }
            return true
        } catch {
            stop(ledger: error)
            return false
        }
    }

    private func stop(ledger error: any Error) {
        state.withLock { state in
            // What follows from the first error says less.
            if case .ledger = state.stop { return }
            state.stop = .ledger(error)
        }
    }

    // MARK: - Items

    func stored(_ item: String, replaced: Bool) {
        state.withLock { replaced ? $0.report.replaced.append(item) : $0.report.stored.append(item) }
        send(replaced ? .replaced : .stored, item)
    }

    func skipped(_ item: String) {
        state.withLock { $0.report.skipped.append(item) }
        send(.skipped, item)
    }

    /// The item failed, also if its key is stored: it has one fate.
    func failed(_ item: String, _ error: any Error) {
        state.withLock { state in
            for list in [\ProvisioningReport.stored, \.replaced, \.skipped] {
                if let place = state.report[keyPath: list].lastIndex(of: item) {
                    state.report[keyPath: list].remove(at: place)
                }
            }
            state.report.failed[item] = error
            if let failureBudget, state.report.failed.count >= failureBudget, state.stop == nil { state.stop = .budget }
        }
        send(.failed(error), item)
    }

    /// The credential was rejected, and no other one is to be had: nothing further begins. The item fails if it is the
    /// first one.
    func rejected(_ item: String, _ error: APIError) {
        let isFirst = state.withLock { state in
            if case .credential = state.stop { return false }
            if state.stop == nil { state.stop = .credential }
            return true
        }
        if isFirst { failed(item, error) } else { notTried(item) }
    }

    func notTried(_ item: String) {
        state.withLock { $0.report.notTried.append(item) }
    }

    func unresolved(_ markers: [KeyMarker]) {
        state.withLock { state in
            for marker in markers where !state.report.unresolved.contains(marker) {
                state.report.unresolved.append(marker)
            }
        }
    }

    func overlapping(_ overlap: ProvisioningReport.Overlap) {
        state.withLock { $0.report.overlapping.append(overlap) }
    }

    // MARK: - The run

    /// Ends the run.
    func finish() throws -> ProvisioningReport {
        try Task.checkCancellation()
        if let ledgerError { throw ledgerError }
        let report = state.withLock { $0.report }
        send(.finished(report))
        return report
    }

    /// Reports a step.
    func send(_ kind: ProvisioningEvent.Kind, _ item: String? = nil, message: String? = nil) {
        guard let emit else { return }
        let elapsed = clock.elapsed() / .seconds(1)
        let (stored, skipped, failed) = state.withLock { state in
            (
                state.report.stored.count + state.report.replaced.count, state.report.skipped.count,
                state.report.failed.count
            )
        }
        let rate = elapsed > 0 ? Double(stored) / elapsed : 0
        let rest = Double(total - stored - skipped - failed)
        let progress = ProvisioningEvent.Progress(
            done: stored + skipped, failed: failed, total: total, rate: rate,
            remaining: rate > 0 ? .seconds(rest / rate) : nil)
        emit(ProvisioningEvent(kind: kind, item: item, progress: progress, message: message))
    }
}
