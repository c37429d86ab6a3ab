extension Call {
    /// Asks the source for a credential, within the call's time, and checks that a header can carry it.
    func freshCredential() async throws(APIError) -> Secret? {
        guard let source = client.authentication.source else { return nil }
        let secret: Secret
        if let fixed = source as? StaticCredential {
            secret = fixed.credential()
        } else {
            secret = try await asked(source)
        }
        do {
            _ = try client.authentication.scheme.field(for: secret)
        } catch {
            throw self.error(.invalidRequest(error.reason))
        }
        return secret
    }

    private func asked(_ source: any CredentialSource) async throws(APIError) -> Secret {
        let ending = await withinItsTime {
            do { return Result<Secret, any Error>.success(try await source.credential()) } catch {
                return .failure(error)
            }
        }
        switch ending {
        case .finished(.success(let secret), interruption: nil): return secret
        case .finished(.failure(let error), interruption: nil): throw self.error(.credential, underlying: error)
        case .finished(_, interruption: .deadline), .abandoned(.deadline): throw error(.timedOut)
        case .finished(_, interruption: .cancellation), .abandoned(.cancellation): throw error(.cancelled)
        }
    }

    /// After a 401: tells the source, and gets another credential where it has one.
    ///
    /// - Parameter isAllowed: Whether the call may be repeated with another one.
    /// - Returns: Whether there is another to try. Never with a policy that allows no second request.
    /// - Throws: `APIError` where the source has none.
    mutating func renewCredential(isAllowed: Bool) async throws(APIError) -> Bool {
        guard let source = client.authentication.source, let rejected = credential else { return false }
        guard !(source is StaticCredential) else { return false }
        _ = await withinItsTime { await source.invalidate(rejected) }
        guard isAllowed, limits.retry.maxRetries > 0, clock.elapsed() < limits.timeout else { return false }
        let renewed = try await freshCredential()
        guard renewed != rejected else { return false }
        credential = renewed
        return true
    }

    /// Runs a part of the call that is not the transport's, until the call's time is up.
    private func withinItsTime<Value>(_ work: @escaping @Sendable () async -> Value) async -> Race<Value>.Ending {
        let (clock, timeout) = (clock, limits.timeout)
        return await Race.run(until: { try await clock.sleepUntil(timeout) }, work: work)
    }
}
