/// What a request to create a key has come to.
enum CreateResult: Sendable {
    case issued(IssuedKey)
    /// No key was created.
    case refused(APIError)
    /// A key may exist that is not in hand.
    case inDoubt(APIError)
}

extension KeyRing {
    /// Creates a key under a marker of ours, and says what became of it.
    ///
    /// A secret that was recovered from an answer that does not fit its schema is a guess: the key is in doubt all the
    /// same. So is one that is refused with 409, since nobody else has drawn the marker: somebody may have sent the
    /// request twice.
    func attemptCreate(_ label: String, _ options: RequestOptions) async -> CreateResult {
        do throws(APIError) {
            return .issued(try await create(label: label, options: options))
        } catch {
            return error.outcome == .notProcessed && error.kind != .conflict ? .refused(error) : .inDoubt(error)
        }
    }

    /// Lists keys until what is looked for is there, or the time is up: the list may lag behind.
    ///
    /// - Parameters:
    ///   - patience: How long to look; once if it is zero, and not again once the task is cancelled.
    ///   - options: Settings of each request.
    ///   - isThere: Whether the list holds what is looked for.
    /// - Returns: The last list.
    /// - Throws: ``APIError`` of the request that fails.
    func keys(
        within patience: Duration, options: RequestOptions, until isThere: ([ListedKey]) -> Bool
    ) async throws(APIError) -> [ListedKey] {
        let clock = CallClock(configuration.clock)
        var look = 0
        while true {
            let keys = try await keys(options: options)
            let now = clock.elapsed()
            if isThere(keys) || now >= patience || Task.isCancelled { return keys }
            let pause = RetryPolicy.looks.delay(beforeRetry: look, hint: nil) { $0.upperBound } ?? .seconds(1)
            do { try await clock.sleep(until: min(now + pause, patience)) } catch { return keys }
            look += 1
        }
    }

    /// The provider's name in the errors that are created here.
    var providerName: String { (self as? any ProviderKeyRing)?.provider ?? place }

    /// Checks that a label fits with everything that is added to it.
    ///
    /// - Parameters:
    ///   - label: The user's label.
    ///   - marker: The marker that is added.
    ///   - creates: How many keys may be created under the marker.
    ///   - operation: The operation, for the error.
    /// - Throws: ``APIError`` of the kind ``APIError/Kind/invalidRequest(_:)``, which names what is left for the label.
    func checkLength(
        of label: String, with marker: KeyMarker, creates: Int, operation: String
    ) throws(APIError) {
        guard let limit = (self as? any ProviderKeyRing)?.maximumLabelLength else { return }
        let added = marker.label("", creates).unicodeScalars.count + 1
        let (left, count) = (limit - added, label.unicodeScalars.count)
        guard count > left else { return }
        let reason =
            "label must have at most \(left) characters, as its marker takes \(added) of \(limit); it has \(count)"
        throw error(.invalidRequest(reason), operation)
    }

    /// An error without a request behind it.
    func error(
        _ kind: APIError.Kind, _ operation: String, outcome: APIError.Outcome = .notProcessed, message: String? = nil
    ) -> APIError {
        APIError(kind: kind, outcome: outcome, message: message, provider: providerName, operation: operation)
    }
}

extension RevocableKeyRing {
    /// Carries out a revoke whose answer "not found" counts only if the list does not hold the key.
    ///
    /// - Parameters:
    ///   - id: The key's ID.
    ///   - options: Settings of each call.
    ///   - operation: The operation, for the error.
    ///   - request: Sends the request.
    /// - Throws: ``APIError``, with the outcome ``APIError/Outcome/unknown`` if answer and list contradict each other.
    package func revoke(
        id: String, options: RequestOptions, operation: String, _ request: () async throws(APIError) -> Void
    ) async throws(APIError) {
        do throws(APIError) {
            try await request()
        } catch {
            guard error.kind == .notFound else { throw error }
            try await confirmGone(id, options: options, operation: operation)
        }
    }

    /// Checks that the list does not hold a key of which the server says that it was not found.
    ///
    /// - Parameters:
    ///   - id: The key's ID.
    ///   - options: Settings of the request.
    ///   - operation: The operation, for the error.
    /// - Throws: ``APIError`` with the outcome ``APIError/Outcome/unknown`` if the list holds the key.
    package func confirmGone(_ id: String, options: RequestOptions, operation: String) async throws(APIError) {
        guard try await keys(options: options).contains(where: { $0.hasID(id) }) else { return }
        throw contradiction(operation, outcome: .unknown, "the server did not find the key \(id), but lists it")
    }

    /// The error of a revoke whose answer is a success and says otherwise.
    ///
    /// - Parameters:
    ///   - operation: The operation.
    ///   - outcome: Whether the key may be revoked all the same.
    ///   - message: What the answer says.
    /// - Returns: The error.
    package func contradiction(
        _ operation: String, outcome: APIError.Outcome = .notProcessed, _ message: String
    ) -> APIError {
        error(.conflict, operation, outcome: outcome, message: message)
    }
}

extension RetryPolicy {
    /// Between looks at a list that may lag behind.
    static let looks = RetryPolicy(baseDelay: .milliseconds(500), maxDelay: .seconds(4))
}
