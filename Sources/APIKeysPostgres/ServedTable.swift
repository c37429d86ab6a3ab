import APIKeys

/// A ledger's table and the claims of this process, as the thread of a session uses them.
struct ServedTable {
    typealias Failure = PostgresLedgerError.Reason

    var table: LedgerTable
    /// The server lets a session have a lock twice: of two runs in one process, only one gets an item.
    var held: Set<String> = []

    /// Does what tasks wait for, and takes out those that were answered. Throws what ends the session.
    mutating func serve(_ requests: inout Session.Requests) throws(Failure) {
        try release(&requests)
        try append(&requests)
        try claim(&requests)
        try read(&requests)
        if !requests.confirmations.isEmpty { try table.hello() }
        for confirmation in requests.confirmations { confirmation(.success(())) }
        requests.confirmations = []
    }

    private mutating func release(_ requests: inout Session.Requests) throws(Failure) {
        let items = requests.releases.map(\.item).filter { held.contains($0) }
        if !items.isEmpty { try table.release(items) }
        held.subtract(items)
        for release in requests.releases { release.done(.success(())) }
        requests.releases = []
    }

    private mutating func append(_ requests: inout Session.Requests) throws(Failure) {
        guard !requests.appends.isEmpty else { return }
        let result = try answer { () throws(Failure) in try table.append(requests.appends.map { ($0.item, $0.entry) }) }
        for append in requests.appends { append.done(result) }
        requests.appends = []
    }

    private mutating func claim(_ requests: inout Session.Requests) throws(Failure) {
        var asked: Set<String> = []
        for claim in requests.claims
        where !held.contains(claim.item) && held.count + asked.count < Session.maximumClaims {
            asked.insert(claim.item)
        }
        // What fails here leaves it open which locks were taken: they end with the session.
        var granted = asked.isEmpty ? [:] : try table.claim(Array(asked))
        held.formUnion(granted.keys)
        for claim in requests.claims {
            // Of two that ask for one item at once, the first one gets it.
            let entries = granted.removeValue(forKey: claim.item)
            claim.done(.success(entries.map { .granted($0) } ?? .held))
        }
        requests.claims = []
    }

    private mutating func read(_ requests: inout Session.Requests) throws(Failure) {
        guard !requests.reads.isEmpty else { return }
        let result = try answer { () throws(Failure) in try table.entries() }
        for read in requests.reads { read(result) }
        requests.reads = []
    }

    /// What a statement returns, or why the server has refused it: the session goes on then.
    private func answer<Value>(_ body: () throws(Failure) -> Value) throws(Failure) -> Result<Value, Failure> {
        do throws(Failure) {
            return .success(try body())
        } catch {
            switch error {
            case .refused, .malformed, .unusableText: return .failure(error)
            case .closed, .connectionLost, .noAnswer, .pooled: throw error
            }
        }
    }
}
