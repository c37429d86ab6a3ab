import APIKeys

/// What lists leave out for now: the creations that a delayed listing holds back.
struct Listing: Sendable {
    /// Until when each id is held back.
    private let heldBack: Locked<[String: Duration]>
    /// The time of the call.
    private let now: Duration
    /// How long what the call creates is held back; `nil` if it is not.
    private let delay: Duration?

    init(_ heldBack: Locked<[String: Duration]>, now: Duration, delay: Duration?) {
        self.heldBack = heldBack
        self.now = now
        self.delay = delay
    }

    /// Notes that the call has created something.
    func created(_ id: some CustomStringConvertible) {
        guard let delay else { return }
        heldBack.withLock { $0[id.description] = now + delay }
    }

    /// The rows that a list shows.
    func shown<Row: Identifiable>(_ rows: [Row]) -> [Row] where Row.ID: CustomStringConvertible {
        let hidden = heldBack.withLock { heldBack in
            if heldBack.values.contains(where: { $0 <= now }) { heldBack = heldBack.filter { $0.value > now } }
            return heldBack
        }
        return hidden.isEmpty ? rows : rows.filter { hidden[$0.id.description] == nil }
    }
}
