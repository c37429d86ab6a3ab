import APIKeys
import Foundation
import JunctionKeys

/// A call to a peer: one that must not be repeated, and one that may.
enum TeamKeyCall: String, CaseIterable {
    case create, read

    /// Makes the call, and says how it ended.
    func run(
        _ peer: Peer, over transport: any HTTPTransport = URLSessionTransport.shared,
        attemptTimeout: Duration = .seconds(20)
    ) async -> TLSFault.End {
        let client = JunctionClient(
            managementKey: Secret("mg_tls"), organizationID: UUID(),
            configuration: ClientConfiguration(
                baseURL: peer.url, attemptTimeout: attemptTimeout, retry: RetryPolicy(baseDelay: .milliseconds(1))),
            transport: transport)
        do {
            let result = try await withResponseMetadata { () async throws(APIError) in
                switch self {
                case .create:
                    _ = try await client.createTeamAPIKey(
                        label: "tls", teamID: UUID(), environment: .sandbox, region: .us)
                case .read:
                    for try await _ in client.teamAPIKeys(environment: .sandbox, region: .us) {}
                }
            }
            return .success(result.response?.attempts ?? 0)
        } catch {
            return .failure("\(error.kind)", error.outcome, error.attempts)
        }
    }
}
