extension RevocableKeyRing {
    /// Replaces a key without an outage: creates a new one, verifies and stores it, waits, and revokes the old one.
    ///
    /// ```swift
    /// let rotation = try await ring.rotate(
    ///     oldID, label: "ci", overlap: .seconds(60),
    ///     store: { key in try await vault.put(key.secret, for: "ci") },
    ///     verify: { key in try await ping(with: key.secret) })
    /// ```
    ///
    /// At every moment, the secret that was stored last works: the old key is not revoked before `store` has returned,
    /// and the new key is not revoked after that. For an overlap that outlasts the process, see
    /// ``beginRotation(of:label:marker:verifyTimeout:settling:options:isolation:store:verify:)``.
    ///
    /// | fails at | what is done | keys that work then |
    /// |---|---|---|
    /// | create | nothing else | the old one |
    /// | verify, or cancelled before `store` | the new key is revoked | the old one |
    /// | store | the new key is revoked | the old one |
    /// | overlap | nothing: the task was cancelled, and the new key is stored | both |
    /// | revoke | the list decides if the answer does not; then the error names the old key | both |
    ///
    /// If the new key can't be revoked, the error holds it, and both keys work. The same holds if this call found the
    /// new key by its marker and did not create it: readers may have it, so it is not revoked.
    ///
    /// To avoid revoking the last key that works, a rotation checks that the new key is listed before it revokes the
    /// old one, and again afterwards. If two processes rotate the same key at once, each leaves a key that works and
    /// that its ``Rotation`` names; readers have the one that was stored last. If one process finishes a rotation while
    /// another abandons it, no key may be left, and the errors of both say so.
    ///
    /// - Parameters:
    ///   - oldID: The ID of the old key.
    ///   - label: The label of the new key; a marker is added to it.
    ///   - marker: The marker by which the new key is found; a random one by default. A program that saves the marker
    ///     beforehand can call again with it after a crash, and the rotation continues: a key with this marker and
    ///     label is adopted if the list holds its secret, and replaced otherwise. Wait for `settling` after the crash.
    ///   - overlap: How long both keys work; zero by default.
    ///   - verifyTimeout: How long `verify` is repeated, with growing pauses, as long as it throws, since a new key may
    ///     take a while to work; 30 seconds by default.
    ///   - settling: How long a request may still take effect after its answer is lost, and how long a list may lag
    ///     behind; 5 seconds by default.
    ///   - options: Settings of each call.
    ///   - isolation: The actor that `store` and `verify` run on; the caller's by default.
    ///   - store: Stores the new key. It must throw only if readers still get the old secret, even if the task is
    ///     cancelled meanwhile: after an error, the new key is revoked.
    ///   - verify: Throws if the new key does not work yet.
    /// - Returns: The new key, and the ID of the old one.
    /// - Throws: ``RotationError``, whose ``RotationError/workingKeyIDs`` says which keys work.
    public func rotate(
        _ oldID: String,
        label: String,
        marker: KeyMarker? = nil,
        overlap: Duration = .zero,
        verifyTimeout: Duration = .seconds(30),
        settling: Duration = .seconds(5),
        options: RequestOptions = .init(),
        isolation: isolated (any Actor)? = #isolation,
        store: (IssuedKey) async throws -> Void,
        verify: ((IssuedKey) async throws -> Void)? = nil
    ) async throws(RotationError) -> Rotation {
        let begin = RotationBegin(ring: self, oldID: oldID, settling: settling, options: options)
        let (key, pending) = try await begin.begin(
            label: label, marker: marker, verifyTimeout: verifyTimeout, isolation: isolation, store: store,
            verify: verify)
        try await begin.wait(for: overlap, key, pending)
        try await RotationEnd(ring: self, pending: pending, settling: settling, options: options, issued: key)
            .run(keepingNew: true)
        return Rotation(issued: key, retired: oldID)
    }

    /// Begins a rotation: creates a new key, verifies and stores it. After that, both keys work.
    ///
    /// Save the result, and call ``finishRotation(_:settling:options:)`` or ``abandonRotation(_:settling:options:)``
    /// with it hours or days later.
    ///
    /// - Parameters:
    ///   - oldID: The ID of the old key.
    ///   - label: The label of the new key; a marker is added to it.
    ///   - marker: The marker by which the new key is found, as in
    ///     ``rotate(_:label:marker:overlap:verifyTimeout:settling:options:isolation:store:verify:)``.
    ///   - verifyTimeout: How long `verify` is repeated as long as it throws; 30 seconds by default.
    ///   - settling: How long a request may still take effect after its answer is lost, and how long a list may lag
    ///     behind; 5 seconds by default.
    ///   - options: Settings of each call.
    ///   - isolation: The actor that `store` and `verify` run on; the caller's by default.
    ///   - store: Stores the new key. It must throw only if readers still get the old secret, even if the task is
    ///     cancelled meanwhile: after an error, the new key is revoked.
    ///   - verify: Throws if the new key does not work yet.
    /// - Returns: The rotation, to finish or abandon it later. It holds no secret.
    /// - Throws: ``RotationError``, whose ``RotationError/workingKeyIDs`` says which keys work.
    public func beginRotation(
        of oldID: String,
        label: String,
        marker: KeyMarker? = nil,
        verifyTimeout: Duration = .seconds(30),
        settling: Duration = .seconds(5),
        options: RequestOptions = .init(),
        isolation: isolated (any Actor)? = #isolation,
        store: (IssuedKey) async throws -> Void,
        verify: ((IssuedKey) async throws -> Void)? = nil
    ) async throws(RotationError) -> PendingRotation {
        try await RotationBegin(ring: self, oldID: oldID, settling: settling, options: options)
            .begin(
                label: label, marker: marker, verifyTimeout: verifyTimeout, isolation: isolation, store: store,
                verify: verify
            ).pending
    }

    /// Finishes a rotation: revokes the old key, and any other key that was created for the rotation, but not the new
    /// key. Safe to call again.
    ///
    /// - Parameters:
    ///   - pending: The rotation.
    ///   - settling: How long a list may lag behind; 5 seconds by default.
    ///   - options: Settings of each call.
    /// - Throws: ``RotationError`` of the step ``RotationError/Step/revoke``, also if the new key is not listed: the
    ///   old one is kept then.
    public func finishRotation(
        _ pending: PendingRotation, settling: Duration = .seconds(5), options: RequestOptions = .init()
    ) async throws(RotationError) {
        try await RotationEnd(ring: self, pending: pending, settling: settling, options: options).run(keepingNew: true)
    }

    /// Abandons a rotation: revokes the new key, and any other key that was created for the rotation. Safe to call
    /// again.
    ///
    /// Before you call this, store the old secret again, so that readers have it.
    ///
    /// - Parameters:
    ///   - pending: The rotation.
    ///   - settling: How long a list may lag behind; 5 seconds by default.
    ///   - options: Settings of each call.
    /// - Throws: ``RotationError`` of the step ``RotationError/Step/revoke``, also if the old key is not listed: the
    ///   new one is kept then.
    public func abandonRotation(
        _ pending: PendingRotation, settling: Duration = .seconds(5), options: RequestOptions = .init()
    ) async throws(RotationError) {
        try await RotationEnd(ring: self, pending: pending, settling: settling, options: options).run(keepingNew: false)
    }
}
