import Foundation

/// Looks for the keys of items in doubt, and gives each item the key that it lacks.
struct DoubtResolution<Item: ProvisioningItem>: Sendable {
    private let context: RunContext<Item>
    private let issue: KeyIssue<Item>

    init(_ context: RunContext<Item>, _ issue: KeyIssue<Item>) {
        self.context = context
        self.issue = issue
    }

    private static var maximumCreates: Int { 3 }

    /// Waits until the items are due and looks for their keys, in one listing per place.
    func resolve(_ works: [ItemWork]) async {
        guard let due = works.map(\.due).max() else { return }
        if !context.journal.isStopped { try? await context.clock.sleep(until: due) }
        guard !context.journal.isStopped else {
            for work in works { await context.leave(work) }
            return
        }
        let looked = Locked<[ItemWork]>([])
        await concurrently(
            ListingGroup.grouped(works) { $0.ring }, limit: context.job.concurrency
        ) { group in
            do throws(APIError) {
                let keys = try await group.ring.keys(options: context.job.options)
                let (listing, isProof) = (Listing(keys), context.provesAbsence(keys, at: group.ring.place))
                let results = group.members.map { look(for: $0, in: listing, isProof: isProof) }
                looked.withLock { $0 += results }
            } catch {
                for work in group.members { await listFailed(work, error) }
            }
        }
        await concurrently(looked.withLock { $0 }, limit: context.job.concurrency) { await settle($0) }
    }

    private func listFailed(_ work: ItemWork, _ error: APIError) async {
        if Task.isCancelled { return await context.leave(work) }
        if error.kind == .unauthorized { return await context.reject(work, error) }
        await context.fail(work, error)
    }

    /// Notes what a list holds of an item's keys.
    private func look(for work: ItemWork, in listing: Listing, isProof: Bool) -> ItemWork {
        var work = work
        work.found = (work.history.begun + work.history.maybeInUse).map { ($0, listing[$0]) }
            .filter { !$0.1.isEmpty }
        // Only creates that may have made a key count; the others are asked for again.
        let counted = isProof ? Set(work.found.map(\.key.marker)) : work.doubts
        work.creates += work.doubts.intersection(counted).count
        work.waits += work.doubts.subtracting(counted).count
        work.doubts = []
        return work
    }

    /// Adopts a key that was found with its secret, or creates one in place of those that were found.
    private func settle(_ work: ItemWork) async {
        guard !context.journal.isStopped else { return await context.leave(work) }
        var work = work
        if let (key, issued) = adoptable(work) {
            await issue.revokeUnused(except: (issued, key.marker), &work)
            return await issue.keep(issued, key.marker, isOurs: false, work)
        }
        // A key that was in hand may be in a reader's hands: it goes when its time is over.
        await issue.revokeUnused(&work)
        guard work.error != nil else { return await issue.create(work) }
        let isHopeless = work.creates + work.waits >= Self.maximumCreates && context.pace.isStalled
        guard work.creates < Self.maximumCreates, !isHopeless else { return await context.leave(work) }
        if work.waits > 0 {
            let clock = context.clock
            try? await clock.sleep(until: clock.elapsed() + context.pause(after: work.waits - 1))
        }
        await issue.create(work)
    }

    /// The last key whose secret is known: of those that may be in use, else of those that were never in hand. None
    /// from before the date whose keys are replaced.
    private func adoptable(_ work: ItemWork) -> (ItemHistory.Key, IssuedKey)? {
        let label = context.items[work.index].label
        let storedBefore = context.job.replacing?.storedBefore ?? .distantPast
        let (inUse, begun) = work.found.filter { $0.key.begunAt >= storedBefore }
            .partitioned { $0.key.state == .created }
        for (key, listed) in inUse.reversed() + begun.reversed() {
            for found in listed {
                let guess = listed.count == 1 ? work.guesses[key.marker] : nil
                if let issued = found.issued(as: key.marker.label(label), guess: guess) { return (key, issued) }
            }
        }
        return nil
    }
}
