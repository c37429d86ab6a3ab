import APIKeys
import APIKeysTesting
import Foundation
import ImtegrateKeys

/// Imtegrate's part of `app/state.py`, and clients of it.
enum ImtegrateFixture: Fixture {
    static let organization = Conformance.uuid("4d2f7a10-93b6-4c58-a6e1-7b0c5d9e3f33")
    static let headers: HTTPHeaders = ["Authorization": "Bearer ik_test_conformance"]

    static let models: [String: any (Codable & Sendable).Type] = [
        "ApiKey": Imtegrate.APIKey.self, "ApiKeyCreated": Imtegrate.CreatedAPIKey.self,
    ]

    static func client(
        token: Secret? = Secret("ik_test_conformance"), transport: any HTTPTransport = URLSessionTransport.shared
    ) -> ImtegrateClient {
        ImtegrateClient(token: token, configuration: Conformance.configuration, transport: transport)
    }
}
