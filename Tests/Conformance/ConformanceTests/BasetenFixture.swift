import APIKeys
import APIKeysTesting
import BasetenKeys
import Foundation

/// Baseten's part of `app/state.py`, and clients of it.
enum BasetenFixture {
    static let team = "team_default"
    static let slashTeam = "abc/def"
    static let headers: HTTPHeaders = ["Authorization": "Api-Key conform1.baseten-conformance"]

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
