/// What a run has done so far: its report, its events, its ledger, and whether it goes on.
final class ProvisioningJournal: Sendable {
    private enum Stop: Sendable {
        case budget
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

    /// Whether the ledger takes no more entries.
    var ledgerError: (any Error)? {
        guard case .ledger(let error) = state.withLock({ $0.stop }) else { return nil }
        return error
    }

    /// Appends an entry, which is durable then.
    ///
    /// - Returns: Whether it was appended. If not, nothing further begins.
    @discardableResult
    func append(
        _ entry: LedgerEntry.State, _ item: String, _ key: OpenKey
    ) async -> Bool {
        guard ledgerError == nil else { return false }
        do {
            try await ledger.append(
                LedgerEntry(item: item, place: key.place, marker: key.marker, state: entry, keyID: key.keyID))
            return true
        } catch {
            state.withLock { $0.stop = .ledger(error) }
            return false
        }
    }

    func stored(_ item: String) {
        state.withLock { $0.report.stored.append(item) }
        send(.stored, item)
    }

    func skipped(_ item: String) {
        state.withLock { $0.report.skipped.append(item) }
        send(.skipped, item)
    }

    func failed(_ item: String, _ error: any Error) {
        state.withLock { state in
            state.report.failed[item] = error
            if let failureBudget, state.report.failed.count >= failureBudget, state.stop == nil { state.stop = .budget }
        }
        send(.failed(error), item)
    }

    func notTried(_ item: String) {
        state.withLock { $0.report.notTried.append(item) }
    }

    func unresolved(_ markers: [KeyMarker]) {
        state.withLock { $0.report.unresolved += markers }
    }

    /// Ends the run.
    func finish() throws -> ProvisioningReport {
        try Task.checkCancellation()
        if let ledgerError { throw ledgerError }
        let report = state.withLock { $0.report }
        send(.finished(report))
        return report
    }

    /// Reports a step.
    func send(_ kind: ProvisioningEvent.Kind, _ item: String? = nil) {
        guard let emit else { return }
        let elapsed = clock.elapsed() / .seconds(1)
        let (stored, skipped, failed) = state.withLock { state in
            (state.report.stored.count, state.report.skipped.count, state.report.failed.count)
        }
        let rate = elapsed > 0 ? Double(stored) / elapsed : 0
        let rest = Double(total - stored - skipped - failed)
        let progress = ProvisioningEvent.Progress(
            done: stored + skipped, failed: failed, total: total, rate: rate,
            remaining: rate > 0 ? .seconds(rest / rate) : nil)
        emit(ProvisioningEvent(kind: kind, item: item, progress: progress))
    }
}
