import Foundation

/// The steps of a rotation.
struct Replacement<Ring: RevocableKeyRing>: Sendable {
    let ring: Ring
    let oldID: String
    let options: RequestOptions

    private static var operation: String { "rotate" }

    /// Creates, stores and verifies a new key. One that cannot be stored or verified is revoked.
    func issue(
        label: String, verifying: Duration, settling: Duration, isolation: isolated (any Actor)?,
        store: (IssuedKey) async throws -> Void, verify: ((IssuedKey) async throws -> Void)?
    ) async throws(RotationError) -> IssuedKey {
        let key = try await create(label: label, settling: settling)
        do {
            try Task.checkCancellation()
            try await store(key)
            try Task.checkCancellation()
        } catch {
            throw await undone(key, .store, error)
        }
        do {
            if let verify { try await attempt(for: verifying, isolation: isolation) { try await verify(key) } }
            try Task.checkCancellation()
        } catch {
            throw await undone(key, .verify, error)
        }
        return key
    }

    /// Waits while both keys work.
    func wait(for overlap: Duration, _ key: IssuedKey) async throws(RotationError) {
        do {
            if overlap > .zero { try await CallClock(ring.configuration.clock).sleep(until: overlap) }
            try Task.checkCancellation()
        } catch {
            throw both(key, .overlap, error)
        }
    }

    /// Revokes the old key.
    func retireOld(after key: IssuedKey) async throws(RotationError) {
        do throws(APIError) {
            try await revoke(oldID)
        } catch {
            throw both(key, .revoke, error)
        }
    }

    /// Revokes one key of a pending rotation if the other one works.
    func end(_ pending: PendingRotation, keepingNew: Bool) async throws(RotationError) {
        var alive = [oldID] + (pending.newID.map { [$0] } ?? [])
        do throws(APIError) {
            let keys = try await ring.keys(options: options)
            let old = keys.first { isSameID($0.id, oldID) }
            let new = keys.first { isNew($0, id: pending.newID, label: pending.label) }
            alive = [old, new].compactMap { $0?.id }
            guard keepingNew ? new != nil : old != nil else {
                let text =
                    keepingNew
                    ? "the new key does not work; the old one was kept"
                    : "the old key does not work; the new one was kept"
                throw ring.error(.notFound, Self.operation, message: text)
            }
            if let id = keepingNew ? old?.id : new?.id { try await revoke(id) }
        } catch {
            throw RotationError(step: .revoke, underlying: error, alive: alive)
        }
    }

    private func create(label: String, settling: Duration) async throws(RotationError) -> IssuedKey {
        let marker = KeyMarker.random()
        let hasOld: Bool
        do throws(APIError) {
            hasOld = try await ring.keys(options: options).contains { isSameID($0.id, oldID) }
        } catch {
            throw RotationError(step: .create, underlying: error, alive: [oldID])
        }
        guard hasOld else {
            let error = ring.error(.notFound, Self.operation, message: "no key with the ID \(oldID) works")
            throw RotationError(step: .create, underlying: error, alive: [])
        }
        do throws(APIError) {
            return try await ring.createOnce(label: label, marker: marker, settling: settling, options: options)
        } catch {
            let others = (error.underlying as? UnresolvedKey)?.keyIDs ?? []
            let held = error.recoveredSecret.map { IssuedKey(id: nil, label: marker.label(label), secret: $0) }
            throw RotationError(step: .create, underlying: error, alive: [oldID] + others, issued: held)
        }
    }

    /// Repeats the work until it succeeds, the time is up, or the task is cancelled.
    private func attempt(
        for limit: Duration, isolation: isolated (any Actor)?, _ work: () async throws -> Void
    ) async throws {
        let clock = CallClock(ring.configuration.clock)
        var pause = Duration.milliseconds(500)
        while true {
            do {
                return try await work()
            } catch {
                try Task.checkCancellation()
                let now = clock.elapsed()
                guard now < limit else { throw error }
                // The last attempt is made when the time is up.
                try await clock.sleep(until: min(now + pause, limit))
                pause = min(pause * 2, .seconds(8))
            }
        }
    }

    /// Revokes the new key, and returns the error that says whether it is gone.
    private func undone(_ key: IssuedKey, _ step: RotationError.Step, _ error: any Error) async -> RotationError {
        do throws(APIError) {
            try await Shield.run(ring, Self.operation) { () async throws(APIError) in
                var id = key.id
                if id == nil {
                    let keys = try await ring.keys(options: options)
                    id = keys.first { isNew($0, id: nil, label: key.label) }?.id
                }
                guard let id else { throw ring.error(.notFound, Self.operation, message: "the new key is not listed") }
                try await revoke(id)
            }
            return RotationError(step: step, underlying: error, alive: [oldID])
        } catch _ {
            return both(key, step, error)
        }
    }

    /// Revokes a key. If the answer is lost, the list decides.
    private func revoke(_ id: String) async throws(APIError) {
        do throws(APIError) {
            try await ring.revoke(id: id, options: options)
        } catch {
            guard error.outcome != .notProcessed else { throw error }
            let keys = try? await Shield.run(ring, Self.operation) { () async throws(APIError) in
                try await ring.keys(options: options)
            }
            guard let keys, !keys.contains(where: { isSameID($0.id, id) }) else { throw error }
        }
    }

    private func both(_ key: IssuedKey, _ step: RotationError.Step, _ error: any Error) -> RotationError {
        RotationError(step: step, underlying: error, alive: [oldID] + (key.id.map { [$0] } ?? []), issued: key)
    }

    private func isNew(_ key: ListedKey, id: String?, label: String) -> Bool {
        id.map { isSameID(key.id, $0) } ?? (key.label == label)
    }

    /// UUIDs are the same in either case.
    private func isSameID(_ one: String, _ other: String) -> Bool {
        one == other || UUID(uuidString: one).map { $0 == UUID(uuidString: other) } ?? false
    }
}
