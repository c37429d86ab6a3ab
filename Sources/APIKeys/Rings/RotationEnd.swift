/// The second half of a rotation: one of its keys is revoked, if the other one works.
struct RotationEnd<Ring: RevocableKeyRing>: Sendable {
    let ring: Ring
    let pending: PendingRotation
    let settling: Duration
    let options: RequestOptions
    /// The new key, if it is in hand.
    var issued: IssuedKey?

    private static var operation: String { RotationBegin<Ring>.operation }

    /// The keys of the rotation, as a list shows them.
    private struct Look: Sendable {
        let old: ListedKey?
        let new: ListedKey?
        /// Further keys under the rotation's marker and label.
        let others: [ListedKey]

        init(_ keys: [ListedKey], _ pending: PendingRotation) {
            let old = keys.first { $0.hasID(pending.oldID) }
            let rest = keys.filter { $0.id != old?.id }
            let new = rest.listing(of: pending.newID, labelled: pending.label)
            let mine = MarkedLabel(pending.label)
            others = rest.filter { key in
                guard key.id != new?.id, let mine, let its = MarkedLabel(key.label) else { return false }
                return mine.marker == its.marker && mine.base == its.base
            }
            (self.old, self.new) = (old, new)
        }

        func kept(_ keepsNew: Bool) -> ListedKey? { keepsNew ? new : old }

        /// What is revoked, the last one of the two keys first.
        func revoked(_ keepsNew: Bool) -> [ListedKey] { [keepsNew ? old : new].compactMap { $0 } + others }

        var all: [String] { ([old, new].compactMap { $0 } + others).map(\.id) }
    }

    /// Revokes the old key, or the new one, and what else was created under the rotation's marker.
    func run(keepingNew: Bool) async throws(RotationError) {
        let look: Look
        do throws(APIError) {
            let keys = try await ring.keys(within: settling, options: options) {
                Look($0, pending).kept(keepingNew) != nil
            }
            look = Look(keys, pending)
        } catch {
            // Nothing was done, and nothing is known but for a 401: a client whose own key this is has lost it.
            let working = error.kind == .unauthorized ? [] : [pending.oldID]
            throw failed(error, working + (pending.newID.map { [$0] } ?? []))
        }
        let rest = look.revoked(keepingNew)
        guard let kept = look.kept(keepingNew) else {
            let text = keepingNew ? "the new key is not listed; the old one" : "the old key is not listed; the new one"
            let error = ring.error(.notFound, Self.operation, message: "\(text) was kept")
            throw failed(error, rest.map(\.id))
        }
        for (index, key) in rest.enumerated() {
            do throws(RevokeFailure) {
                try await ring.revokeForCertain(key.id, settling: settling, options: options)
            } catch {
                // What is not known to work is not named.
                let left = (error.keyWorks ? rest[index...] : rest[(index + 1)...]).map(\.id)
                throw failed(error.error, keepingNew ? left + [kept.id] : [kept.id] + left)
            }
        }
        if !rest.isEmpty { try await lookAgain(keepingNew, revoked: rest) }
    }

    /// After the revoke: somebody may have revoked the key that was kept meanwhile.
    private func lookAgain(_ keepingNew: Bool, revoked: [ListedKey]) async throws(RotationError) {
        func isLeft(_ key: ListedKey) -> Bool { revoked.contains { $0.id == key.id } }
        // The revokes have succeeded, whatever becomes of the look. A client whose own key was the old one cannot list.
        guard
            let keys = try? await ring.keys(
                within: settling, options: options,
                until: { Look($0, pending).kept(keepingNew) != nil && !$0.contains(where: isLeft) })
        else { return }
        let look = Look(keys, pending)
        if look.kept(keepingNew) == nil {
            let error = ring.error(
                .notFound, Self.operation, outcome: .processed,
                message: "the key that was kept is no longer listed: somebody else may have revoked it")
            throw failed(error, keys.filter(isLeft).map(\.id))
        }
        if keys.contains(where: isLeft) {
            let error = ring.error(
                .conflict, Self.operation, outcome: .unknown,
                message: "the server says that the key was revoked, and still lists it")
            throw failed(error, look.all)
        }
    }

    private func failed(_ error: APIError, _ working: [String]) -> RotationError {
        RotationError(step: .revoke, underlying: error, workingKeyIDs: working, issued: issued, pending: pending)
    }
}

/// Why a key could not be revoked for certain.
struct RevokeFailure: Error {
    let error: APIError
    /// Whether the key is known to work still.
    let keyWorks: Bool
}

extension RevocableKeyRing {
    /// Revokes a key. If the answer leaves a doubt, the list decides. Throws unless the key is gone.
    func revokeForCertain(
        _ id: String, settling: Duration, options: RequestOptions
    ) async throws(RevokeFailure) {
        do throws(APIError) {
            try await revoke(id: id, options: options)
        } catch {
            guard error.outcome != .notProcessed else { throw RevokeFailure(error: error, keyWorks: true) }
            let keys = try? await Shield.run(self, "revoke", patience: settling) {
                (patience) async throws(APIError) -> [ListedKey] in
                try await self.keys(within: patience, options: options) { list in !list.contains { $0.hasID(id) } }
            }
            // Without a list, nobody knows. After a 401 to a client whose own key this is, it is gone.
            guard let keys else { throw RevokeFailure(error: error, keyWorks: false) }
            // A list that may lag behind says nothing yet.
            let isCertain = settling > .zero && !Task.isCancelled
            if keys.contains(where: { $0.hasID(id) }) { throw RevokeFailure(error: error, keyWorks: isCertain) }
        }
    }
}
