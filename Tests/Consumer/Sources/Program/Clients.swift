import APIKeysTesting
import BasetenKeys
import Foundation
import ImtegrateKeys
import JunctionKeys
import NekudaKeys

/// A vault that rotates a key, as a source of credentials.
final class Vault: CredentialSource {
    nonisolated func credential() async throws -> Secret {
        Secret("from the vault")
    }

    nonisolated func invalidate(_ rejected: Secret) async {}
}

/// Every client takes a source of credentials, a secret, or the process's environment.
func clients() async throws {
    let transport = MockTransport(routes: [
        "GET /v1/org/{org_id}/management_key": .json(text: #"{"data":[],"next_cursor":null}"#),
        "GET /v1/api_keys": .json(text: #"{"keys":[{"prefix":"abc","type":"PERSONAL"}]}"#),
        "GET /v1/api-keys": .json(text: "[]"),
        "GET /api/v2/api-keys/": .json(text: "[]"),
    ])
    let vault = Vault()
    let junction = JunctionClient(managementKey: vault, organizationID: Example.id, transport: transport)
    try check(try await junction.managementKeys().isEmpty, "Junction's keys")
    let baseten = BasetenClient(apiKey: vault, authorization: .bearer, transport: transport)
    // A key that is known by its prefix can be listed by SwiftUI and kept in a dictionary.
    try check(Dictionary(grouping: try await baseten.apiKeys(), by: \.id).keys.sorted() == ["abc"], "Baseten's keys")
    let imtegrate = ImtegrateClient(token: vault, transport: transport)
    try check(try await imtegrate.apiKeys().isEmpty, "Imtegrate's keys")
    let nekuda = NekudaClient(token: vault, transport: transport)
    try check(try await nekuda.apiKeys().isEmpty, "nekuda's keys")
    let sent = transport.requests.compactMap { $0.headers["X-Management-Key"] ?? $0.headers["Authorization"] }
    let isBearer = sent.dropFirst().allSatisfy { $0 == "Bearer from the vault" }
    try check(sent.first == "from the vault" && isBearer && sent.count == transport.requests.count, "the credentials")

    _ = JunctionClient(managementKey: Secret("mg_1"), organizationID: Example.id)
    _ = BasetenClient(apiKey: Secret("abc.def"))
    let noToken: Secret? = nil
    _ = (ImtegrateClient(token: nil), ImtegrateClient(token: noToken), ImtegrateClient(token: Secret("ik_test_1")))
    _ = NekudaClient(
        token: RefreshingCredential { ExpiringCredential(Secret("ey"), lifetime: .seconds(3600)) })
}

/// A variable that can't be used is named, and its value is not shown.
func environments() throws {
    var variables = ["JUNCTION_MANAGEMENT_KEY": "mg_1\n", "JUNCTION_ORG_ID": Example.id.uuidString]
    try check(try JunctionClient(processEnvironment: variables).organizationID == Example.id, "the environment")
    variables["JUNCTION_MANAGEMENT_KEY"] = "Bearer mg_1"
    do {
        _ = try JunctionClient(processEnvironment: variables)
        throw Failure("a scheme was accepted")
    } catch let error as APIError {
        try check("\(error)".contains("JUNCTION_MANAGEMENT_KEY") && !"\(error)".contains("mg_1"), "\(error)")
    }
}
