import APIKeysTesting
import Foundation
import ImtegrateKeys

/// Values and the JSON that stands for them.
enum Sample {
    static let idText = "abcdef00-0000-4000-8000-000000000001"
    static let orgText = "abcdef00-0000-4000-8000-000000000002"
    static let id = UUID(uuidString: idText) ?? UUID()
    static let org = UUID(uuidString: orgText) ?? UUID()
    static let date = Date(timeIntervalSince1970: 1_714_564_800.141)
    static let dateText = "2024-05-01T12:00:00.141Z"

    static func client(_ transport: MockTransport, token: Secret? = Secret("ik_live_hush")) -> ImtegrateClient {
        ImtegrateClient(token: token, configuration: ClientConfiguration(retry: .never), transport: transport)
    }

    static let key = Imtegrate.APIKey(
        id: id, orgID: org, prefix: "ik_test_ab", name: "ci", scopes: ["a:read", "b"], lastUsedAt: date,
        revokedAt: date, createdAt: date)
    static let minimalKey = Imtegrate.APIKey(
        id: id, orgID: org, prefix: "ik_test_ab", name: "ci", scopes: [], lastUsedAt: nil, revokedAt: nil,
        createdAt: date)
    static let created = Imtegrate.CreatedAPIKey(apiKey: key, token: Secret("ik_test_abcdef"))
    static let minimalCreated = Imtegrate.CreatedAPIKey(apiKey: minimalKey, token: Secret("ik_test_abcdef"))

    static let keyText = "{\(members)}"
    static let minimalKeyText = "{\(minimalMembers)}"
    static let createdText = #"{\#(members),"token":"ik_test_abcdef"}"#
    static let minimalCreatedText = #"{\#(minimalMembers),"token":"ik_test_abcdef"}"#

    private static let members =
        #""created_at":"\#(dateText)","id":"\#(idText)","last_used_at":"\#(dateText)","name":"ci","#
        + #""org_id":"\#(orgText)","prefix":"ik_test_ab","revoked_at":"\#(dateText)","scopes":["a:read","b"]"#
    private static let minimalMembers =
        #""created_at":"\#(dateText)","id":"\#(idText)","last_used_at":null,"name":"ci","org_id":"\#(orgText)","#
        + #""prefix":"ik_test_ab","revoked_at":null,"scopes":[]"#
}
