/// One call of ``KeyRing/createOnce(label:marker:settling:options:)``.
struct OnceCreation<Ring: KeyRing> {
    /// The marker of the keys, and what is known of it.
    struct Marking: Sendable {
        let marker: KeyMarker
        /// Whether the user has given the marker, so that there may be keys under it.
        var isGiven = false
        /// Keys under the marker that are the caller's business.
        var spared: [ListedKey] = []
    }

    private let ring: Ring
    private let label: String
    private let marking: Marking
    private let settling: Duration
    private let options: RequestOptions

    /// The creates that may have created a key that is not in hand, by their ordinals.
    private var doubts: Set<Int> = []
    /// Secrets that were found in answers that do not fit their schema: guesses, until the list shows their keys.
    private var guesses: [Int: Secret] = [:]
    /// Keys of an earlier call with this marker whose secrets are not listed. They may be in use: they are revoked only
    /// once another key is in hand.
    private var earlier: [ListedKey] = []
    private var ordinals: Set<Int>
    /// Keys that this call has revoked. A list that lags behind may still show them.
    private var revoked: Set<String> = []
    /// The key in hand, with the label that was sent, if the call throws all the same.
    private(set) var inHand: IssuedKey?

    private static var operation: String { "createOnce" }
    private static var maximumCreates: Int { 3 }

    init(ring: Ring, label: String, marking: Marking, settling: Duration, options: RequestOptions) {
        self.ring = ring
        self.label = label
        self.marking = marking
        self.settling = max(settling, .zero)
        self.options = options
        ordinals = Set(marking.spared.compactMap { MarkedLabel($0.label)?.ordinal })
    }

    mutating func run() async throws(APIError) -> IssuedKey {
        let creates = ring is any RevocableKeyRing ? Self.maximumCreates : 1
        try check(ordinal: creates)
        var last: APIError?
        if marking.isGiven, !Task.isCancelled, let key = try await lookBefore() { return key }
        for _ in 0..<creates {
            guard !Task.isCancelled else { break }
            let ordinal = try nextOrdinal()
            switch await ring.attemptCreate(marking.marker.label(label, ordinal), options) {
            case .issued(let key): return try await clearUp(behind: key, ordinal, after: last)
            case .refused(let error): throw final(error)
            case .inDoubt(let error):
                last = error
                doubts.insert(ordinal)
                guesses[ordinal] = error.recoveredSecret
                if let key = try await look(for: ordinal, after: error) { return key }
            }
        }
        if Task.isCancelled { throw final(cancellation(after: last)) }
        throw final(last ?? cancellation(after: nil))
    }

    private func check(ordinal: Int) throws(APIError) {
        try ring.checkLength(of: label, with: marking.marker, creates: ordinal, operation: Self.operation)
    }

    /// The least ordinal under which no key was created, as far as it is known.
    private mutating func nextOrdinal() throws(APIError) -> Int {
        let ordinal = (1...ordinals.count + 1).first { !ordinals.contains($0) } ?? 1
        if ordinal > Self.maximumCreates { try check(ordinal: ordinal) }
        ordinals.insert(ordinal)
        return ordinal
    }

    // MARK: - Looks

    /// Looks for a key of an earlier call with the same marker and label.
    private mutating func lookBefore() async throws(APIError) -> IssuedKey? {
        let found = self.found(in: try await ring.keys(options: options))
        ordinals.formUnion(found.map(\.ordinal))
        guard let key = found.lazy.compactMap(issued).first else {
            earlier = found
            guard !earlier.isEmpty, !(ring is any RevocableKeyRing) else { return nil }
            throw unresolved(ring.error(.conflict, Self.operation), .processed, keyIDs: earlier.map(\.id))
        }
        _ = try await revoke(found.filter { $0.id != key.id }, keeping: key, patience: settling)
        return key
    }

    /// Looks for the key of a create in doubt, once it must be there. One that is found without its secret is revoked.
    private mutating func look(for ordinal: Int, after failure: APIError) async throws(APIError) -> IssuedKey? {
        // What was processed is there, unless the list lags behind. Anything else may still be at work.
        let isThere = failure.outcome == .processed
        if !isThere, !Task.isCancelled, settling > .zero {
            try? await CallClock(ring.clock).sleep(until: settling)
        }
        let look = try await shielded(secret: failure.recoveredSecret, patience: settling) {
            [self] (patience) async throws(APIError) -> (key: IssuedKey?, revoked: [ListedKey]) in
            let found = try await list(isThere ? patience : .zero, failure.recoveredSecret) {
                $0.contains { $0.ordinal == ordinal }
            }
            let key = found.lazy.compactMap(issued).first
            let others = found.filter { $0.id != key?.id }
            guard ring is any RevocableKeyRing else {
                guard key == nil || !others.isEmpty else { return (key, []) }
                let outcome: APIError.Outcome = others.isEmpty || key != nil ? .unknown : .processed
                let secret = key?.secret ?? failure.recoveredSecret
                throw unresolved(failure, outcome, keyIDs: others.map(\.id), secret: secret)
            }
            let unused = key == nil ? others.filter(isOurs) : others
            return (key, try await revoke(unused, keeping: key, patience: patience))
        }
        doubts.subtract(look.revoked.map(\.ordinal))
        revoked.formUnion(look.revoked.map(\.id))
        return look.key
    }

    /// With a key in hand: revokes what other creates have left.
    private mutating func clearUp(
        behind key: IssuedKey, _ ordinal: Int, after failure: APIError?
    ) async throws(APIError) -> IssuedKey {
        // After a create that succeeded at once, there is nothing to look for.
        guard failure != nil || !earlier.isEmpty else { return key }
        inHand = key
        let sent = marking.marker.label(label, ordinal)
        @Sendable func held(_ found: [ListedKey]) -> ListedKey? {
            found.listing(of: key.id, labelled: sent, secret: key.secret)
        }
        let listed = try await shielded(secret: key.secret, patience: settling) {
            [self] (patience) async throws(APIError) -> ListedKey in
            let found = try await list(patience, key.secret) { held($0) != nil }
            guard let held = held(found) else {
                // A list that does not show the key in hand says nothing about the others.
                let error = failure ?? ring.error(.notFound, Self.operation, message: "the new key is not listed")
                throw unresolved(error, keyIDs: found.map(\.id), secret: key.secret)
            }
            _ = try await revoke(found.filter { $0.id != held.id }, keeping: key, patience: patience)
            return held
        }
        inHand?.id = listed.id
        return IssuedKey(
            id: listed.id, label: key.label, secret: key.secret, createdAt: key.createdAt ?? listed.createdAt)
    }

    /// The key that was found, if its secret is known: from the list, or from an answer that the list confirms.
    private func issued(_ found: ListedKey) -> IssuedKey? {
        found.issued(as: marking.marker.label(label, found.ordinal), guess: guesses[found.ordinal])
    }

    /// Whether this call has created the key.
    private func isOurs(_ found: ListedKey) -> Bool { !earlier.contains { $0.id == found.id } }

    /// The keys under the marker and the label of this call.
    private func found(in keys: [ListedKey]) -> [ListedKey] {
        keys.filter { key in
            key.marker == marking.marker && key.baseLabel == label && !revoked.contains(key.id)
                && !marking.spared.contains { $0.id == key.id }
        }
    }

    private func list(
        _ patience: Duration, _ secret: Secret?, until isThere: ([ListedKey]) -> Bool
    ) async throws(APIError) -> [ListedKey] {
        do throws(APIError) {
            return found(in: try await ring.keys(within: patience, options: options) { isThere(found(in: $0)) })
        } catch {
            throw unresolved(error, secret: secret)
        }
    }

    /// Revokes keys, and returns them.
    private func revoke(
        _ others: [ListedKey], keeping key: IssuedKey?, patience: Duration
    ) async throws(APIError) -> [ListedKey] {
        guard let ring = ring as? any RevocableKeyRing, !others.isEmpty else { return [] }
        var (left, problem): ([String], APIError?) = ([], nil)
        for other in others {
            do throws(RevokeFailure) {
                try await ring.revokeForCertain(other.id, settling: patience, options: options)
            } catch {
                if error.keyWorks { left.append(other.id) }
                problem = problem ?? error.error
            }
        }
        if let problem { throw unresolved(problem, keyIDs: left, secret: key?.secret) }
        return others
    }

    /// Does what has to be done even if the task is cancelled.
    private func shielded<Value: Sendable>(
        secret: Secret?, patience: Duration,
        _ work: @escaping @Sendable (_ patience: Duration) async throws(APIError) -> Value
    ) async throws(APIError) -> Value {
        do throws(APIError) {
            return try await Shield.run(ring, Self.operation, patience: patience, work)
        } catch {
            throw error.unresolved == nil ? unresolved(error, secret: secret) : error
        }
    }

    // MARK: - Errors

    /// The error that ends the call. Every create in doubt whose key was not found and revoked may still leave one.
    private func final(_ error: APIError) -> APIError {
        guard !doubts.isEmpty || !earlier.isEmpty else { return error }
        return unresolved(error, keyIDs: earlier.map(\.id), secret: doubts.lazy.compactMap { guesses[$0] }.first)
    }

    private func unresolved(
        _ error: APIError, _ outcome: APIError.Outcome = .unknown, keyIDs: [String] = [], secret: Secret? = nil
    ) -> APIError {
        error.unresolved(marking.marker, outcome, keyIDs: keyIDs, secret: secret)
    }

    private func cancellation(after error: APIError?) -> APIError {
        APIError(
            kind: .cancelled, outcome: error?.outcome ?? .notProcessed, provider: error?.provider ?? ring.provider,
            operation: error?.operation ?? Self.operation, attempts: error?.attempts ?? 0)
    }
}

extension ListedKey {
    /// Which key of its call it is, counted from 1.
    fileprivate var ordinal: Int { MarkedLabel(label)?.ordinal ?? 1 }
}
