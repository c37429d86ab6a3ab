import Foundation

/// The first half of a rotation: a new key is created, verified and stored.
struct RotationBegin<Ring: RevocableKeyRing>: Sendable {
    let ring: Ring
    let oldID: String
    let settling: Duration
    let options: RequestOptions

    static var operation: String { "rotate" }

    /// The new key, before it is stored.
    private struct Successor: Sendable {
        var key: IssuedKey
        /// Whether this call has created it. One that was found may be in a reader's hands.
        let isOurs: Bool
        /// The keys that are known to work beside it, the old one first.
        let others: [String]
    }

    /// Creates, verifies and stores a new key. One that was created and cannot be verified or stored is revoked.
    func begin(
        label: String, marker: KeyMarker?, verifyTimeout: Duration, isolation: isolated (any Actor)?,
        store: (IssuedKey) async throws -> Void, verify: ((IssuedKey) async throws -> Void)?
    ) async throws(RotationError) -> (key: IssuedKey, pending: PendingRotation) {
        let new = try await successor(label: label, marker: marker)
        do {
            if let verify {
                try await repeated(within: verifyTimeout, on: ring.clock, isolation: isolation) {
                    try await verify(new.key)
                }
            }
            try Task.checkCancellation()
        } catch {
            throw await undone(new, .verify, error)
        }
        do {
            try await store(new.key)
        } catch {
            throw await undone(new, .store, error)
        }
        // From here on, nothing but an explicit `abandonRotation` revokes the new key: readers have its secret.
        let pending = PendingRotation(oldID: oldID, newID: new.key.id, label: new.key.label, begunAt: .now)
        return (new.key, pending)
    }

    /// Waits while both keys work.
    func wait(for overlap: Duration, _ key: IssuedKey, _ pending: PendingRotation) async throws(RotationError) {
        do {
            if overlap > .zero { try await CallClock(ring.clock).sleep(until: overlap) }
            try Task.checkCancellation()
        } catch {
            throw RotationError(
                step: .overlap, underlying: error, workingKeyIDs: [oldID] + (key.id.map { [$0] } ?? []), issued: key,
                pending: pending)
        }
    }

    /// The new key: one that an interrupted rotation has left under the marker, or one that is created.
    private func successor(label: String, marker: KeyMarker?) async throws(RotationError) -> Successor {
        func isLeft(_ key: ListedKey) -> Bool {
            marker != nil && key.marker == marker && key.baseLabel == label && !key.hasID(oldID)
        }
        let keys: [ListedKey]
        do throws(APIError) {
            keys = try await ring.keys(within: settling, options: options) { keys in
                keys.contains { $0.hasID(oldID) || isLeft($0) }
            }
        } catch {
            // A client whose own key is the old one learns from a 401 that it is gone.
            throw RotationError(
                step: .create, underlying: error, workingKeyIDs: error.kind == .unauthorized ? [] : [oldID])
        }
        let (left, old) = (keys.filter(isLeft), keys.first { $0.hasID(oldID) })
        guard old != nil || !left.isEmpty else {
            let error = ring.error(.notFound, Self.operation, message: "no key with the ID \(oldID) is listed")
            throw RotationError(step: .create, underlying: error, workingKeyIDs: [])
        }
        let others = [old].compactMap { $0?.id } + left.map(\.id)
        for found in left.reversed() {
            guard let key = found.issued(as: label) else { continue }
            return Successor(key: key, isOurs: false, others: others.filter { $0 != found.id })
        }
        let marking = OnceCreation<Ring>.Marking(
            marker: marker ?? .random(), spared: keys.filter { $0.marker == marker })
        var creation = OnceCreation(ring: ring, label: label, marking: marking, settling: settling, options: options)
        do throws(APIError) {
            return Successor(key: try await creation.run(), isOurs: true, others: others)
        } catch {
            throw RotationError(
                step: .create, underlying: error, workingKeyIDs: others + (error.unresolved?.keyIDs ?? []),
                issued: creation.inHand)
        }
    }

    /// Revokes the new key, unless it may be in use or is the last one, and returns the error that says which keys
    /// work.
    private func undone(_ new: Successor, _ step: RotationError.Step, _ error: any Error) async -> RotationError {
        let kept = RotationError(
            step: step, underlying: error, workingKeyIDs: new.others + (new.key.id.map { [$0] } ?? []),
            issued: new.key)
        guard new.isOurs else { return kept }
        let isOld: @Sendable (ListedKey) -> Bool = { key in new.others.contains { key.hasID($0) } }
        do throws(APIError) {
            return try await Shield.run(ring, Self.operation, patience: settling) {
                (patience) async throws(APIError) -> RotationError in
                let keys = try await ring.keys(within: patience, options: options) { keys in
                    keys.contains(where: isOld) && keys.listing(of: new.key) != nil
                }
                guard keys.contains(where: isOld) else {
                    // Somebody has revoked what this key was to replace: it may be the last one.
                    var kept = kept
                    kept.workingKeyIDs = keys.listing(of: new.key).map { [$0.id] } ?? []
                    return kept
                }
                guard let id = keys.listing(of: new.key)?.id ?? new.key.id else {
                    throw ring.error(.notFound, Self.operation, message: "the new key is not listed")
                }
                do throws(RevokeFailure) {
                    try await ring.revokeForCertain(id, settling: patience, options: options)
                } catch let failure {
                    var kept = kept
                    if !failure.keyWorks { kept.workingKeyIDs = new.others }
                    return kept
                }
                return RotationError(step: step, underlying: error, workingKeyIDs: new.others)
            }
        } catch _ {
            return kept
        }
    }
}
