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
    /// Lists once if `patience` is zero, and not again once the task is cancelled.
    func keys(
        within patience: Duration, options: RequestOptions, until isThere: ([ListedKey]) -> Bool
    ) async throws(APIError) -> [ListedKey] {
        var patience = Patience(patience, on: clock)
        while true {
            let keys = try await keys(options: options)
            if isThere(keys) || Task.isCancelled { return keys }
            do { guard try await patience.wait() else { return keys } } catch { return keys }
        }
    }

    /// Checks that a label fits with all that is added to it, for so many creates; the error names what is left for it.
    func checkLength(
        of label: String, with marker: KeyMarker, creates: Int, operation: String
    ) throws(APIError) {
        guard let limit = maximumLabelLength else { return }
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
        APIError(kind: kind, outcome: outcome, message: message, provider: provider, operation: operation)
    }
}
