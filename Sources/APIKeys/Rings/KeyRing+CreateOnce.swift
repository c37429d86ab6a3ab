extension KeyRing {
    /// Creates one key, even if the provider's answer is lost.
    ///
    /// The call makes at most three attempts to create a key, or one on a ring without revoke. If an answer is lost, or
    /// no secret can be read in it, the call waits for `settling` and looks for the key by its marker and label:
    ///
    /// - A key whose secret the list holds is returned. So is a key whose secret could be recovered from an answer that
    ///   does not fit its schema, once the list shows the key.
    /// - A key without its secret is revoked, and another one is created. A ring without revoke throws instead.
    /// - If there is no key, another one is created, and a key that appears late is revoked. A ring without revoke
    ///   throws instead: it could not revoke a late key.
    ///
    /// A 409 is treated like a lost answer: nobody else has the marker, so the request may have been sent twice on its
    /// way. A second key is returned only once the list shows it, since a list without it says nothing about the first
    /// one.
    ///
    /// One call leaves one key that works and returns its secret, or throws an error whose ``APIError/unresolved``
    /// names the keys that may work although nobody has their secrets. An error without it leaves no key. This holds if
    /// a request takes effect, and its key is listed, within `settling` after its answer is lost, and if the provider
    /// keeps labels as they are.
    ///
    /// After cancellation, the call creates no more keys. It looks once for keys that may exist, for 10 seconds at
    /// most: it returns a key that it finds with its secret, and revokes any other.
    ///
    /// - Parameters:
    ///   - label: The key's label. The marker is added to it: `ci #k7f3q9d2`.
    ///   - marker: The marker by which the keys of this call are found; a random one by default. A program that saves
    ///     the marker beforehand can call again with it after a crash: the call looks first, and returns the key with
    ///     that marker and label, or replaces it if the list does not hold its secret. Wait for `settling` after the
    ///     crash.
    ///   - settling: How long a request may still take effect after its answer is lost, and how long a list may lag
    ///     behind; 5 seconds by default.
    ///   - options: Settings of each call.
    /// - Returns: The key with its secret.
    /// - Throws: ``APIError``, with ``APIError/recoveredSecret`` if a key is in hand but others could not be looked for
    ///   or revoked; ``APIError/Kind/invalidRequest(_:)``, with nothing sent, if the label with its marker is too long.
    public func createOnce(
        label: String,
        marker: KeyMarker? = nil,
        settling: Duration = .seconds(5),
        options: RequestOptions = .init()
    ) async throws(APIError) -> IssuedKey {
        let marking = OnceCreation<Self>.Marking(marker: marker ?? .random(), isGiven: marker != nil)
        var creation = OnceCreation(ring: self, label: label, marking: marking, settling: settling, options: options)
        return try await creation.run()
    }
}
