public import Foundation

extension Provisioning {
    /// Adopts a key that was created elsewhere, such as by hand, as the item's key.
    ///
    /// The key is then replaced and retired like any other. Its secret is not needed. Adopting the same key again does
    /// nothing.
    ///
    /// - Parameters:
    ///   - keyID: The key's ID, as the provider lists it.
    ///   - storedAt: When the key was stored where its readers find it; not in the future.
    ///     ``KeyReplacement/storedBefore`` is compared with this date.
    ///   - item: The item.
    /// - Throws: ``APIError`` if the keys cannot be listed; of the kind ``APIError/Kind/notFound`` if the key is not
    ///   listed, ``APIError/Kind/conflict`` if the key is another item's or while a run works on the item, and
    ///   ``APIError/Kind/invalidRequest(_:)`` if `storedAt` lies in the future. Any error of the ledger.
    public func adopt(keyID: String, storedAt: Date, for item: Item) async throws {
        guard storedAt <= now() else { throw invalid("storedAt must not lie in the future") }
        let entries = try await ledger.entries()
        var work = read([item], in: entries).works[0]
        // A key of two items would be revoked for the one while the other's readers use it.
        if let other = LedgerReading(entries).item(withKey: keyID, at: work.place), other != item.id {
            throw work.ring.error(.conflict, "adopt", message: "the key \(keyID) is the item \(other)'s")
        }
        guard let listed = try await work.ring.keys(options: options).first(where: { $0.hasID(keyID) }) else {
            throw work.ring.error(.notFound, "adopt", message: "no key with the ID \(keyID) is listed")
        }
        switch try await ledger.claim(item.id) {
        case .held: throw work.ring.error(.conflict, "adopt", message: "a run works on the item \(item.id)")
        case .granted(let entries): if let entries { work.replaceHistory(by: entries) }
        }
        do {
            if work.history.current?.keyID.map(listed.hasID) != true {
                // The marker in the label finds the key again; a key without one is found by its ID.
                let entry = LedgerEntry(
                    item: item.id, place: work.place, marker: listed.marker ?? .random(), state: .stored,
                    keyID: listed.id, at: storedAt)
                try await ledger.append(entry)
            }
        } catch {
            await ledger.release(item.id)
            throw error
        }
        await ledger.release(item.id)
    }
}
