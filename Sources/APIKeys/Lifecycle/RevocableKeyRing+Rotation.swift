import Foundation

extension RevocableKeyRing {
    /// Replaces a key: creates a new one, stores and verifies it, waits, and revokes the old one.
    ///
    /// ```swift
    /// let rotation = try await ring.rotate(
    ///     oldID, label: "ci", overlap: .seconds(60),
    ///     store: { key in try await vault.put(key.secret.reveal()) },
    ///     verify: { key in try await ping(with: key.secret) })
    /// ```
    ///
    /// For an overlap that outlasts the process see ``beginRotation(of:label:verifying:settling:options:isolation:store:verify:)``.
    ///
    /// | fails at | what is done | keys that work then |
    /// |---|---|---|
    /// | create | nothing else | the old one |
    /// | store or verify | the new key is revoked; if that fails too, the error holds it | the old one (and the new one) |
    /// | overlap | nothing: the task was cancelled, and the new key is stored and verified | both |
    /// | revoke | nothing: revoking was repeated as ``RequestOptions/retry`` says | both |
    ///
    /// - Parameters:
    ///   - oldID: The ID of the old key.
    ///   - label: The label of the new key; a marker is added to it.
    ///   - overlap: How long both keys work.
    ///   - verifying: For how long a `verify` that throws is repeated: a new key may take a while to work.
    ///   - settling: See ``KeyRing/createOnce(label:marker:settling:options:)``.
    ///   - options: Settings of each call.
    ///   - isolation: The actor that `store` and `verify` run on; the caller's by default.
    ///   - store: Stores the new key. It may throw only if readers still get the old secret, since the new key is revoked
    ///     then. If the task is cancelled before it has returned, that counts as its failure.
    ///   - verify: Throws if the new key does not work yet.
    /// - Returns: The new key, and the ID of the old one.
    /// - Throws: ``RotationError``, whose ``RotationError/alive`` says which keys work.
    public func rotate(
        _ oldID: String,
        label: String,
        overlap: Duration = .zero,
        verifying: Duration = .seconds(30),
        settling: Duration = .seconds(5),
        options: RequestOptions = .init(),
        isolation: isolated (any Actor)? = #isolation,
        store: (IssuedKey) async throws -> Void,
        verify: ((IssuedKey) async throws -> Void)? = nil
    ) async throws(RotationError) -> Rotation {
        let replacement = Replacement(ring: self, oldID: oldID, options: options)
        let key = try await replacement.issue(
            label: label, verifying: verifying, settling: settling, isolation: isolation, store: store, verify: verify)
        try await replacement.wait(for: overlap, key)
        try await replacement.retireOld(after: key)
        return Rotation(issued: key, retired: oldID)
    }

    /// Begins a rotation: creates a new key, stores and verifies it. Both keys work then.
    ///
    /// Save the result, and hours or days later call ``finish(_:options:)`` or ``abandon(_:options:)`` with it.
    ///
    /// - Parameters:
    ///   - oldID: The ID of the old key.
    ///   - label: The label of the new key; a marker is added to it.
    ///   - verifying: For how long a `verify` that throws is repeated: a new key may take a while to work.
    ///   - settling: See ``KeyRing/createOnce(label:marker:settling:options:)``.
    ///   - options: Settings of each call.
    ///   - isolation: The actor that `store` and `verify` run on; the caller's by default.
    ///   - store: Stores the new key. It may throw only if readers still get the old secret, since the new key is revoked
    ///     then. If the task is cancelled before it has returned, that counts as its failure.
    ///   - verify: Throws if the new key does not work yet.
    /// - Returns: What is needed to finish or abandon the rotation: no secret.
    /// - Throws: ``RotationError``, whose ``RotationError/alive`` says which keys work.
    public func beginRotation(
        of oldID: String,
        label: String,
        verifying: Duration = .seconds(30),
        settling: Duration = .seconds(5),
        options: RequestOptions = .init(),
        isolation: isolated (any Actor)? = #isolation,
        store: (IssuedKey) async throws -> Void,
        verify: ((IssuedKey) async throws -> Void)? = nil
    ) async throws(RotationError) -> PendingRotation {
        let key = try await Replacement(ring: self, oldID: oldID, options: options).issue(
            label: label, verifying: verifying, settling: settling, isolation: isolation, store: store, verify: verify)
        return PendingRotation(oldID: oldID, newID: key.id, label: key.label, begunAt: .now)
    }

    /// Finishes a rotation: revokes the old key. Safe to call again.
    ///
    /// - Parameters:
    ///   - pending: The rotation.
    ///   - options: Settings of each call.
    /// - Throws: ``RotationError`` of the step ``RotationError/Step/revoke``, also if the new key no longer works:
    ///   the old one is kept then.
    public func finish(_ pending: PendingRotation, options: RequestOptions = .init()) async throws(RotationError) {
        try await Replacement(ring: self, oldID: pending.oldID, options: options).end(pending, keepingNew: true)
    }

    /// Abandons a rotation: revokes the new key. Safe to call again.
    ///
    /// - Parameters:
    ///   - pending: The rotation.
    ///   - options: Settings of each call.
    /// - Throws: ``RotationError`` of the step ``RotationError/Step/revoke``, also if the old key no longer works:
    ///   the new one is kept then.
    public func abandon(_ pending: PendingRotation, options: RequestOptions = .init()) async throws(RotationError) {
        try await Replacement(ring: self, oldID: pending.oldID, options: options).end(pending, keepingNew: false)
    }
}
