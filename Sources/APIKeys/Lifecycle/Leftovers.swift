/// The keys that items may have beside the one that is stored: they are looked for and revoked.
final class Leftovers<Item: ProvisioningItem>: Sendable {
    private let job: Provisioning<Item>
    private let items: [Item]
    private let journal: ProvisioningJournal
    /// By the item's index.
    private let keys = Locked<[Int: [OpenKey]]>([:])

    init(_ job: Provisioning<Item>, _ items: [Item], _ journal: ProvisioningJournal) {
        self.job = job
        self.items = items
        self.journal = journal
    }

    /// Remembers the other keys of an item whose key is stored.
    func add(_ others: [OpenKey], of index: Int) {
        if !others.isEmpty { keys.withLock { $0[index] = others } }
    }

    /// Revokes a key that was found. One that cannot be revoked is looked for again at the end.
    func revoke(_ listed: ListedKey, _ key: OpenKey, of index: Int, in ring: any RevocableKeyRing) async {
        do throws(APIError) {
            try await ring.revoke(id: listed.id, options: job.options)
        } catch {
            return
        }
        let isLeft = keys.withLock { keys in
            guard let place = keys[index]?.firstIndex(where: { $0.marker == key.marker }) else { return false }
            keys[index]?.remove(at: place)
            return true
        }
        guard isLeft else { return }
        var key = key
        key.keyID = listed.id
        await journal.append(.revoked, items[index].id, key)
    }

    /// Looks once more for every key that is left, one listing per place, and revokes what is found.
    ///
    /// A key that is not found stays in the ledger as it is: the next run looks for it again.
    func sweep() async {
        let members = keys.withLock { $0 }.filter { !$0.value.isEmpty }
        let groups = ListingGroup.grouped(Array(members)) { job.ring(items[$0.key]) }
        await concurrently(groups, limit: job.concurrency) { [self] group in
            guard !Task.isCancelled, journal.ledgerError == nil else { return }
            let (here, elsewhere) = group.members.flatMap { member in member.value.map { (member.key, $0) } }
                .partitioned { $0.1.place == group.ring.place }
            journal.unresolved(elsewhere.map(\.1.marker))
            do throws(APIError) {
                let listing = Listing(try await group.ring.keys(options: job.options))
                for (index, key) in here {
                    for listed in listing[key.marker] { await revoke(listed, key, of: index, in: group.ring) }
                    if !listing[key.marker].isEmpty, isLeft(key, of: index) { journal.unresolved([key.marker]) }
                }
            } catch {
                journal.unresolved(here.map(\.1.marker))
            }
        }
    }

    private func isLeft(_ key: OpenKey, of index: Int) -> Bool {
        keys.withLock { $0[index]?.contains { $0.marker == key.marker } ?? false }
    }
}

extension Array {
    /// The elements that satisfy a condition, and the others.
    func partitioned(by isFirst: (Element) -> Bool) -> (first: [Element], second: [Element]) {
        (filter(isFirst), filter { !isFirst($0) })
    }
}

/// Does the same for each of some values, a few at a time.
func concurrently<Value: Sendable>(
    _ values: [Value], limit: Int, _ body: @escaping @Sendable (Value) async -> Void
) async {
    let next = Locked(values.startIndex)
    @Sendable func take() -> Value? {
        let index = next.withLock { index in
            defer { index += 1 }
            return index
        }
        return index < values.endIndex ? values[index] : nil
    }
    await withTaskGroup(of: Void.self) { group in
        for _ in 0..<Swift.min(limit, values.count) {
            group.addTask {
                while let value = take() { await body(value) }
            }
        }
    }
}
