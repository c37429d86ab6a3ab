/// Whether a failed try may be repeated. A pure function: nothing but these three facts counts.
package enum RetryRule {
    /// Statuses after which the request was not processed, so that even a create may be sent again.
    private static let refused: Set<Int> = [408, 425, 429]
    /// Further statuses that pass by themselves, after which nobody knows whether the request was processed.
    private static let passing: Set<Int> = [500, 502, 503, 504]

    /// Whether a try that ended this way may be repeated.
    ///
    /// - Parameters:
    ///   - kind: How it ended.
    ///   - status: The status that was read, if any.
    ///   - safety: What the operation does when its request is sent twice.
    /// - Returns: Whether to send the request again, as far as the policy's limits allow.
    package static func allowsRetry(after kind: APIError.Kind, status: Int?, of safety: Safety) -> Bool {
        switch kind {
        case .network(let failure): safety != .create || (failure.nothingWasSent)
        case .timedOut: safety != .create
        case .unexpectedStatus, .rateLimited, .server:
            status.map { refused.contains($0) || (safety != .create && passing.contains($0)) } ?? false
        case .invalidRequest, .validation, .badRequest, .unauthorized, .forbidden, .notFound, .conflict, .redirect,
            .cancelled, .decoding, .responseTooLarge, .credential, .middleware:
            false
        }
    }
}
