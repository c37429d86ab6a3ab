/// One call of ``KeyRing/createOnce(label:marker:settling:options:)``.
struct OnceCreation<Ring: KeyRing> {
    /// A key in hand, and which of the call's creates it comes from.
    private struct Held: Sendable {
        var key: IssuedKey
        let ordinal: Int

        /// Adds what the list knows of the key.
        mutating func complete(from listed: ListedKey?) {
            key.id = key.id ?? listed?.id
            key.createdAt = key.createdAt ?? listed?.createdAt
        }
    }

    /// What a look found, after it was put in order: at most one key is left.
    private struct Look: Sendable {
        var kept: ListedKey?
        var revoked: Set<String> = []
    }

    private let ring: Ring
    private let label: String
    private let marker: KeyMarker
    private let settling: Duration
    private let options: RequestOptions
    /// How many creates may have created a key that is not in hand.
    private var doubts = 0
    /// The IDs of such keys that were found and revoked.
    private var revoked: Set<String> = []

    private static var operation: String { "createOnce" }

    init(ring: Ring, label: String, marker: KeyMarker, settling: Duration, options: RequestOptions) {
        self.ring = ring
        self.label = label
        self.marker = marker
        self.settling = settling
        self.options = options
    }

    mutating func run() async throws(APIError) -> IssuedKey {
        let canRevoke = ring is any RevocableKeyRing
        let creates = canRevoke ? 3 : 1
        try ring.checkLength(of: label, with: marker, creates: creates, operation: Self.operation)
        var last: APIError?
        for ordinal in 1...creates {
            guard !Task.isCancelled else { throw final(cancellation(after: last)) }
            let failure: APIError
            do throws(APIError) {
                return try await create(ordinal)
            } catch {
                // A key in hand, with others that could not be looked for or revoked.
                if error.underlying is UnresolvedKey { throw error }
                guard error.outcome != .notProcessed else { throw final(error) }
                failure = error
            }
            doubts += 1
            last = failure
            if !Task.isCancelled, settling > .zero {
                try? await CallClock(ring.configuration.clock).sleep(until: settling)
            }
            let look = try await resolve(after: failure, keeping: nil)
            if let key = look.kept, let secret = key.secret {
                return IssuedKey(
                    id: key.id, label: key.label ?? marker.label(label, ordinal), secret: secret,
                    createdAt: key.createdAt)
            }
            revoked.formUnion(look.revoked)
        }
        throw final(last ?? cancellation(after: nil))
    }

    /// Creates a key, and clears up behind it if an earlier create is in doubt.
    private func create(_ ordinal: Int) async throws(APIError) -> IssuedKey {
        let label = marker.label(label, ordinal)
        var (held, isRecovered): (Held, Bool)
        do throws(APIError) {
            held = Held(key: try await ring.create(label: label, options: options), ordinal: ordinal)
            isRecovered = false
        } catch {
            guard let secret = error.recoveredSecret else { throw error }
            held = Held(key: IssuedKey(id: nil, label: label, secret: secret), ordinal: ordinal)
            isRecovered = true
        }
        if doubts > 0 {
            let look = try await resolve(after: nil, keeping: held)
            held.complete(from: look.kept)
        } else if isRecovered, !Task.isCancelled, let keys = try? await ring.keys(options: options) {
            // The secret is what counts; the ID is worth a look, but no error.
            held.complete(from: keys.first { isHeld($0, held) })
        }
        return held.key
    }

    /// Looks for the marker's keys and puts them in order, in a task of its own if this one is cancelled.
    private func resolve(after failure: APIError?, keeping held: Held?) async throws(APIError) -> Look {
        do throws(APIError) {
            return try await Shield.run(ring, Self.operation) { () async throws(APIError) -> Look in
                try await look(after: failure, keeping: held)
            }
        } catch {
            throw error.underlying is UnresolvedKey ? error : unresolved(error, secret: held?.key.secret)
        }
    }

    /// Looks for the marker's keys, keeps one whose secret is known, and revokes the others.
    ///
    /// - Parameters:
    ///   - failure: The create in doubt, if the look is for its key.
    ///   - held: The key in hand, if there is one.
    /// - Returns: The key that was kept, and the IDs of those that were revoked.
    /// - Throws: ``APIError`` with an ``UnresolvedKey`` for what cannot be listed or revoked.
    private func look(after failure: APIError?, keeping held: Held?) async throws(APIError) -> Look {
        let found: [ListedKey]
        do throws(APIError) {
            found = try await ring.keys(options: options).filter { KeyMarker.parse($0.label)?.marker == marker }
        } catch {
            throw unresolved(error, secret: held?.key.secret)
        }
        var look = Look()
        look.kept = found.first { key in held.map { isHeld(key, $0) } ?? (key.secret != nil) }
        let secret = held?.key.secret ?? look.kept?.secret
        let others = found.filter { $0.id != look.kept?.id }

        guard let ring = ring as? any RevocableKeyRing else {
            guard let failure, !others.isEmpty || look.kept == nil else { return look }
            let outcome: APIError.Outcome = others.isEmpty || secret != nil ? .unknown : .processed
            throw unresolved(failure, outcome, keyIDs: others.map(\.id), secret: secret)
        }
        var (left, problem): ([String], APIError?) = ([], nil)
        for key in others {
            do throws(APIError) {
                try await ring.revoke(id: key.id, options: options)
                look.revoked.insert(key.id)
            } catch {
                left.append(key.id)
                problem = problem ?? error
            }
        }
        if let problem { throw unresolved(problem, keyIDs: left, secret: secret) }
        return look
    }

    private func isHeld(_ key: ListedKey, _ held: Held) -> Bool {
        if let id = held.key.id { return key.id == id }
        guard let label = KeyMarker.parse(key.label), label == (marker, held.ordinal) else { return false }
        return key.secret == nil || key.secret == held.key.secret
    }

    /// The error that ends the call. Every create in doubt whose key was not found and revoked may still leave one.
    private func final(_ error: APIError) -> APIError {
        doubts > revoked.count ? unresolved(error) : error
    }

    private func unresolved(
        _ error: APIError, _ outcome: APIError.Outcome = .unknown, keyIDs: [String] = [], secret: Secret? = nil
    ) -> APIError {
        var result = error
        result.outcome = outcome
        result.recoveredSecret = secret
        result.underlying = UnresolvedKey(marker: marker, keyIDs: keyIDs, underlying: error)
        return result
    }

    private func cancellation(after error: APIError?) -> APIError {
        APIError(
            kind: .cancelled, outcome: error?.outcome ?? .notProcessed, provider: error?.provider ?? ring.providerName,
            operation: error?.operation ?? Self.operation, attempts: error?.attempts ?? 0)
    }
}
