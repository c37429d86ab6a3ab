extension KeyRing {
    /// Creates one key, even if the provider's answer is lost.
    ///
    /// Creates at most three times. If an answer is lost, or no secret can be read in it, the call waits for `settling`
    /// and looks for the key by its marker:
    ///
    /// - A key whose secret the list holds is returned.
    /// - A key without its secret is revoked, and another one is created. A ring without revoke throws instead.
    /// - If there is no key, another one is created, and whatever turns up late is revoked. A ring without revoke throws
    ///   instead: a late key could not be taken back.
    ///
    /// One call leaves one key that works and returns its secret, or throws an error whose ``APIError/underlying`` is an
    /// ``UnresolvedKey`` if a key may work that nobody holds. An error with another ``APIError/underlying`` leaves none.
    /// This holds as long as no request takes effect, and no list lags behind, for longer than `settling`.
    ///
    /// After cancellation nothing is created. One look for what may exist then takes 10 seconds at most; a key that it
    /// finds with its secret is returned, and any other is revoked.
    ///
    /// - Parameters:
    ///   - label: The key's label. The marker is added to it: `ci #k7f3q9d2`.
    ///   - marker: Finds the keys of this call; a random one by default. A program that saves it beforehand can find
    ///     them after a crash.
    ///   - settling: How long a request may still take effect after its answer is lost, and how long a list may lag.
    ///   - options: Settings of each call.
    /// - Returns: The key with its secret.
    /// - Throws: ``APIError``, with ``APIError/recoveredSecret`` if a key is in hand but others could not be revoked;
    ///   ``APIError/Kind/invalidRequest(_:)``, with nothing sent, if label and marker do not fit.
    public func createOnce(
        label: String,
        marker: KeyMarker = .random(),
        settling: Duration = .seconds(5),
        options: RequestOptions = .init()
    ) async throws(APIError) -> IssuedKey {
        var creation = OnceCreation(ring: self, label: label, marker: marker, settling: settling, options: options)
        return try await creation.run()
    }
}
