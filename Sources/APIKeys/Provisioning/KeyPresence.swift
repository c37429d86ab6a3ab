/// Which items' keys the provider still lists.
struct KeyPresence: Sendable {
    /// The items whose key is not listed, by their indices.
    var missing: Set<Int> = []
    /// Why it cannot be told, by the items' indices.
    var errors: [Int: APIError] = [:]
}

extension Provisioning {
    /// Looks for the keys of the items that have one, in one listing per place. If some are missing, looks again after
    /// `settling`.
    ///
    /// A list that shows none of them may be another account's, since a place does not name the account: it proves
    /// nothing.
    func presence(of works: [ItemWork], on clock: CallClock) async -> KeyPresence {
        let result = Locked(KeyPresence())
        let groups = ListingGroup.grouped(works.filter { $0.history.current != nil }) { $0.ring }
        await concurrently(groups, limit: concurrency) { group in
            do throws(APIError) {
                var missing = missing(in: group, try await group.ring.keys(options: options))
                if !missing.isEmpty {
                    try? await clock.sleep(until: clock.elapsed() + settling)
                    missing = self.missing(in: group, try await group.ring.keys(options: options))
                }
                guard missing.count < group.members.count || missing.isEmpty else {
                    throw group.ring.error(
                        .notFound, RunContext<Item>.operation,
                        message: "the list shows no key of this job: it may be another account's")
                }
                result.withLock { [missing] in $0.missing.formUnion(missing) }
            } catch {
                result.withLock { for work in group.members { $0.errors[work.index] = error } }
            }
        }
        return result.withLock { $0 }
    }

    private func missing(in group: ListingGroup<ItemWork>, _ keys: [ListedKey]) -> [Int] {
        let listing = Listing(keys)
        return group.members.filter { work in work.history.current.map { listing[$0].isEmpty } ?? false }.map(\.index)
    }
}
