package import APIKeys
package import Foundation

/// What became of one call against a peer.
package struct FaultCall: Sendable {
    package let end: Fault.End
    package let error: APIError?
    package let time: Duration

    /// How long a call may take: while hundreds of tests begin at once, the tasks of one wait for those of all others.
    package static let patience: Duration = .seconds(120)

    /// Makes a call over a transport.
    ///
    /// - Parameters:
    ///   - safety: What kind of call.
    ///   - url: The peer.
    ///   - transport: The transport.
    ///   - attemptTimeout: How long each attempt may take.
    ///   - retry: How often to repeat it.
    package init(
        _ safety: Safety, _ url: URL, over transport: any HTTPTransport, attemptTimeout: Duration = patience,
        retry: RetryPolicy = RetryPolicy(baseDelay: .milliseconds(1))
    ) async {
        let configuration = ClientConfiguration(
            baseURL: url, timeout: Self.patience, attemptTimeout: attemptTimeout, retry: retry)
        let start = ContinuousClock.now
        do {
            let result = try await withResponseMetadata { () async throws(APIError) in
                try await Probe(transport, configuration: configuration).call(safety)
            }
            end = .success(after: result.response?.attempts ?? 0)
            error = nil
        } catch {
            end = .failure(String("\(error.kind)".prefix { $0 != "(" }), error.outcome, error.attempts)
            self.error = error
        }
        time = ContinuousClock.now - start
    }

    /// The error, for a test that fails.
    package var comment: String { error.map { "\($0)" } ?? "no error" }
}

extension Fault {
    /// Plays the fault to a call over a transport.
    ///
    /// - Returns: What became of the call, and the peer.
    package func play(
        to safety: Safety, over transport: any HTTPTransport, named name: FaultTransport
    ) async throws -> (call: FaultCall, peer: LoopbackPeer) {
        let peer = try LoopbackPeer(play)
        let isLate = end(of: safety, over: name).kind == "timedOut"
        let call = await FaultCall(
            safety, peer.url(), over: transport, attemptTimeout: isLate ? .milliseconds(250) : FaultCall.patience)
        return (call, peer)
    }
}
