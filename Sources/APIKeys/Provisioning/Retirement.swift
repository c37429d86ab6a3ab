import Foundation

/// At the end of a run: revokes the keys that were replaced and whose time is over, and those that were never in hand.
///
/// Before a predecessor is revoked, the key that replaced it has to be listed: if it is not, somebody may have revoked
/// it, or the list may be another account's.
struct Retirement<Item: ProvisioningItem>: Sendable {
    private let context: RunContext<Item>

    init(_ context: RunContext<Item>) {
        self.context = context
    }

    /// How long a key that was begun and is not found may still turn up.
    private static var lateness: TimeInterval { 24 * 3600 }

    func run(_ works: [ItemWork]) async {
        let now = context.job.now()
        let works = works.filter { work in
            let due = due(work, now)
            for key in work.history.predecessors where !due.contains(where: { $0.marker == key.marker }) {
                let end = work.history.end(of: key, overlap: context.job.replacing?.overlap)
                context.journal.overlapping(
                    .init(item: context.items[work.index].id, keyID: key.keyID, until: end))
            }
            return !due.isEmpty || !work.history.begun.isEmpty
        }
        let groups = ListingGroup.grouped(works) { $0.ring }
        let looks = Locked<[Look]>([])
        await concurrently(groups, limit: context.job.concurrency) { group in
            let found = await look(group, now)
            looks.withLock { $0 += found }
        }
        await concurrently(looks.withLock { $0 }, limit: context.job.concurrency) { await retire($0, now) }
    }

    private func due(_ work: ItemWork, _ now: Date) -> [ItemHistory.Key] {
        work.history.predecessors.filter {
            work.history.end(of: $0, overlap: context.job.replacing?.overlap) <= now
        }
    }

    /// An item, and what the list of its place holds.
    private struct Look: Sendable {
        var work: ItemWork
        let listing: Listing
        /// Whether a key that is not found by its marker is not there.
        let isProof: Bool

        /// The listed keys that are a key of a ledger, without the item's own: that is the one with its ID, or, if the
        /// list shows none with it, those under its marker.
        func unused(_ key: ItemHistory.Key, by work: ItemWork) -> [ListedKey] {
            let own = work.history.current.map { listing[$0] } ?? []
            let exact = own.filter { listed in work.history.current?.keyID.map(listed.hasID) ?? false }
            let used = exact.isEmpty ? own : exact
            return listing[key].filter { listed in !used.contains { $0.id == listed.id } }
        }
    }

    /// Lists the keys of a place: once more after `settling` if an item's key is not there.
    private func look(_ group: ListingGroup<ItemWork>, _ now: Date) async -> [Look] {
        guard context.journal.canLook else { return [] }
        do throws(APIError) {
            var keys = try await group.ring.keys(options: context.job.options)
            var listing = Listing(keys)
            if group.members.contains(where: { isUnlisted($0, in: listing, now) }) {
                let end = context.clock.elapsed() + context.job.settling
                do { try await context.clock.sleep(until: end) } catch { return [] }
                keys = try await group.ring.keys(options: context.job.options)
                listing = Listing(keys)
            }
            let isProof = context.provesAbsence(keys, at: group.ring.place)
            return group.members.map { Look(work: $0, listing: listing, isProof: isProof) }
        } catch {
            // What cannot be listed stays as it is.
            for work in group.members {
                context.journal.unresolved(work.history.begun.map(\.marker) + due(work, now).map(\.marker))
            }
            return []
        }
    }

    /// Whether an item's key has to be listed, and is not.
    private func isUnlisted(_ work: ItemWork, in listing: Listing, _ now: Date) -> Bool {
        guard let current = work.history.current, !due(work, now).isEmpty else { return false }
        return listing[current].isEmpty
    }

    private func retire(_ look: Look, _ now: Date) async {
        guard context.journal.canLook else { return }
        var work = look.work
        let (item, listedFor) = (context.items[work.index].id, work.history.current?.marker)
        // If another run works on the item, or has done so since the list was read, it retires its keys.
        guard await context.claim(&work) == true else { return }
        guard work.history.current?.marker == listedFor else { return await context.release(work) }
        for key in work.history.begun { await retire(begun: key, of: &work, look, now) }
        let due = due(work, now)
        if let current = work.history.current, !due.isEmpty {
            if look.listing[current].isEmpty {
                let error = work.ring.error(
                    .notFound, RunContext<Item>.operation,
                    message: "the item's key #\(current.marker) is not listed: it may be revoked, or the list may be "
                        + "another account's; the key that it replaced was kept")
                context.journal.failed(item, error)
            } else {
                for key in due { await retire(predecessor: key, of: &work, look) }
            }
        }
        await context.release(work)
    }

    private func retire(
        begun key: ItemHistory.Key, of work: inout ItemWork, _ look: Look, _ now: Date
    ) async {
        let listed = look.unused(key, by: work)
        if listed.isEmpty {
            if !look.isProof { return context.journal.unresolved([key.marker]) }
            if now.timeIntervalSince(key.begunAt) > Self.lateness { await context.append(.failed, key.marker, &work) }
            return
        }
        guard await context.revoke(listed, in: work.ring) else { return context.journal.unresolved([key.marker]) }
        await context.append(.revoked, key.marker, keyID: listed.count == 1 ? listed[0].id : nil, &work)
    }

    private func retire(predecessor key: ItemHistory.Key, of work: inout ItemWork, _ look: Look) async {
        let listed = look.unused(key, by: work)
        guard await context.revoke(listed, in: work.ring) else { return context.journal.unresolved([key.marker]) }
        if await context.append(.revoked, key.marker, keyID: key.keyID ?? listed.first?.id, &work) {
            context.journal.send(.retired, context.items[work.index].id)
        }
    }
}
