import Foundation

/// What a run would do, as the IDs of items. Each item is in exactly one of the first four lists; ``revoke`` and
/// ``missing`` name some of them again.
public struct ProvisioningPlan: Hashable, Sendable {
    /// The items that have no key: one would be created.
    public var create: [String] = []
    /// The items whose key would be replaced.
    public var replace: [String] = []
    /// The items for which an interrupted run may have created a key: it would be looked for, and adopted or replaced.
    public var inDoubt: [String] = []
    /// The items whose key would be kept.
    public var keep: [String] = []
    /// The items of which a replaced key would be revoked, since its overlap is over.
    public var revoke: [String] = []
    /// The items whose stored key is no longer in the provider's list.
    public var missing: [String] = []

    /// Creates a plan, for use in tests.
    public init(
        create: [String] = [], replace: [String] = [], inDoubt: [String] = [], keep: [String] = [],
        revoke: [String] = [], missing: [String] = []
    ) {
        self.create = create
        self.replace = replace
        self.inDoubt = inDoubt
        self.keep = keep
        self.revoke = revoke
        self.missing = missing
    }
}

extension Provisioning {
    /// Returns what ``run(_:)`` would do, and changes nothing. Reads the ledger, and lists the keys of each place where
    /// an item has a stored key.
    ///
    /// - Parameter items: The items. No two may have the same ID.
    /// - Returns: The plan.
    /// - Throws: ``APIError`` if two items have the same ID, if `storedBefore` lies in the future, if the keys cannot
    ///   be listed, or if a list shows no key of the job, since it may be another account's; any error of the ledger.
    public func plan(for items: some Sequence<Item> & Sendable) async throws -> ProvisioningPlan {
        let items = Array(items)
        try check(items)
        var works = read(items, in: try await ledger.entries()).works
        let clock = CallClock(works.first?.ring.clock ?? ContinuousClock())
        let presence = await presence(of: works, on: clock)
        if let error = presence.errors.min(by: { $0.key < $1.key })?.value { throw error }
        var plan = ProvisioningPlan()
        for index in works.indices {
            let id = items[index].id
            let isMissing = presence.missing.contains(index)
            if isMissing { plan.missing.append(id) }
            works[index].isMissing = isMissing && replacing?.replacesMissing == true
            switch works[index].need(replacing: replacing) {
            case .nothing: plan.keep.append(id)
            case .look: plan.inDoubt.append(id)
            case .key: works[index].isReplacement ? plan.replace.append(id) : plan.create.append(id)
            }
            if revokes(works[index]) { plan.revoke.append(id) }
        }
        return plan
    }

    /// Whether a run would revoke a key of the item at its end.
    private func revokes(_ work: ItemWork) -> Bool {
        if case .key = work.need(replacing: replacing), work.isReplacement, replacing?.overlap == .zero { return true }
        let now = now()
        return work.history.predecessors.contains { work.history.end(of: $0, overlap: replacing?.overlap) <= now }
    }
}
