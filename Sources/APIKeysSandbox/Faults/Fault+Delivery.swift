import APIKeys

extension Sandbox.Fault {
    /// Lets the fault happen.
    ///
    /// - Parameters:
    ///   - reply: Carries the request out.
    ///   - match: The call that is asked for; `nil` where there is none.
    ///   - clock: What a pause is measured by.
    /// - Returns: How the answer arrives.
    /// - Throws: `CancellationError`.
    func delivery(
        of reply: @Sendable () -> Reply, match: RouteMatch?, clock: any Clock<Duration>
    ) async throws -> Delivery {
        let early = stage == .afterProcessing ? reply().response : nil
        func response() -> HTTPResponse { early ?? reply().response }
        switch effect {
        case .refuse: return .refused
        case .drop: return .lost
        case .pause(let duration):
            try await clock.sleep(for: duration)
            return .whole(response())
        case .answer(let answer): return .whole(answer)
        case .cut(let count):
            let response = response()
            return response.body.count > count ? .cut(response, count) : .whole(response)
        case .expire:
            guard let provider = match?.provider else { return .whole(response()) }
            return .whole(provider.reply(to: provider.unauthorized).response)
        }
    }
}
