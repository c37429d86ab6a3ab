import APIKeys
import Foundation

/// When an item's key was stored, and until when the key that it has replaced is to work, as the ledger says.
struct KeyDates {
    /// `nil` if no key is stored.
    private(set) var storedAt: Date?
    /// The last of the times of the replaced keys; `nil` if none still works.
    private(set) var predecessorEnd: Date?

    /// Reads what the ledger says of one item at one place.
    ///
    /// - Parameters:
    ///   - entries: The entries of the item at the place, in their order.
    ///   - overlap: The run's own overlap; by default the one that the ledger holds.
    init(_ entries: [LedgerEntry], overlap: Duration?) {
        let gone = Set(entries.filter { $0.state == .revoked || $0.state == .failed }.map(\.marker))
        let stored = entries.filter { $0.state == .stored }
        guard let current = stored.last, !gone.contains(current.marker) else { return }
        storedAt = current.at
        for (key, successor) in zip(stored, stored.dropFirst())
        where !gone.contains(key.marker) && key.marker != current.marker && key.marker != successor.marker {
            let begun = entries.last { $0.marker == successor.marker && $0.overlap != nil }
            let end = successor.at + (overlap.map { $0 / .seconds(1) } ?? begun?.overlap ?? 0)
            predecessorEnd = max(predecessorEnd ?? end, end)
        }
    }
}
