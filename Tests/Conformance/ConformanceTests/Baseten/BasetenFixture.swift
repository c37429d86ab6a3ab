import APIKeys
import APIKeysTesting
import BasetenKeys
import Foundation

/// Baseten's part of `app/state.py`, and clients of it.
enum BasetenFixture: Fixture {
    static let team = "team_default"
    static let slashTeam = "abc/def"
    static let headers: HTTPHeaders = ["Authorization": "Api-Key conform1.baseten-conformance"]

    static let models: [String: any (Codable & Sendable).Type] = [
        "APIKeyV1": Baseten.APIKey.self, "APIKeyInfoV1": Baseten.APIKeyInfo.self,
        "APIKeyOwnerV1": Baseten.Owner.self, "TeamV1": Baseten.Team.self,
    ]
    static let enumerations = ["APIKeyCategory": types.map(\.rawValue)]
    static let types: [Baseten.APIKeyCategory] = [
        .personal, .workspaceManageAll, .workspaceExportMetrics, .workspaceInvoke, .workspaceManageAPIKeys, .routes,
    ]

    static func client(
        key: Secret = Secret("conform1.baseten-conformance"), authorization: Baseten.Authorization = .apiKey,
        transport: any HTTPTransport = URLSessionTransport.shared
    ) -> BasetenClient {
        BasetenClient(
            apiKey: key, authorization: authorization, configuration: Conformance.configuration, transport: transport)
    }
}
