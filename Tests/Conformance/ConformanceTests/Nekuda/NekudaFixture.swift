import APIKeys
import APIKeysTesting
import Foundation
import NekudaKeys

/// nekuda's part of `app/state.py`, and clients of it.
enum NekudaFixture: Fixture {
    static let organization = Conformance.uuid("5e308b21-a4c7-4d69-b7f2-8c1d6eaf4044")
    static let headers: HTTPHeaders = ["Authorization": "Bearer nekuda.conformance.jwt"]

    static let models: [String: any (Codable & Sendable).Type] = [
        "APIKey": Nekuda.APIKey.self, "APIKeyCreated": Nekuda.CreatedAPIKey.self,
        "APIKeyRevoked": Nekuda.RevokedAPIKey.self,
    ]

    static func client(
        token: Secret = Secret("nekuda.conformance.jwt"), transport: any HTTPTransport = URLSessionTransport.shared
    ) -> NekudaClient {
        NekudaClient(token: token, configuration: Conformance.configuration, transport: transport)
    }
}
