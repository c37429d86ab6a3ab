import APIKeys
import APIKeysTesting
import BasetenKeys
import Foundation

/// Values and the JSON that stands for them.
enum Sample {
    static let date = Date(timeIntervalSince1970: 1_714_564_800.141)
    static let dateText = "2024-05-01T12:00:00.141Z"

    static func client(
        _ transport: MockTransport, authorization: Baseten.Authorization = .apiKey, retry: RetryPolicy = .never
    ) -> BasetenClient {
        BasetenClient(
            apiKey: Secret("mine.hush"), authorization: authorization,
            configuration: ClientConfiguration(retry: retry), transport: transport)
    }

    static let key = Baseten.APIKey(apiKey: Secret("abcd1234.s3cr3t"))
    static let keyText = #"{"api_key":"abcd1234.s3cr3t"}"#

    static let owner = Baseten.Owner(userID: "u1", email: "ada@example.com", name: "Ada")
    static let ownerText = #"{"email":"ada@example.com","name":"Ada","user_id":"u1"}"#
    static let minimalOwnerText = #"{"user_id":"u1"}"#

    static let info = Baseten.APIKeyInfo(
        prefix: "abcd1234", type: .workspaceInvoke, name: "ci", modelIDs: ["m1", "m2"], teamName: "Core", owner: owner)
    static let infoText =
        #"{"model_ids":["m1","m2"],"name":"ci","owner":\#(ownerText),"prefix":"abcd1234","team_name":"Core","#
        + #""type":"WORKSPACE_INVOKE"}"#
    static let minimalInfo = Baseten.APIKeyInfo(prefix: "abcd1234", type: .personal)
    static let minimalInfoText = #"{"prefix":"abcd1234","type":"PERSONAL"}"#

    static let team = Baseten.Team(id: "t/1", name: "Core", isDefault: true, createdAt: date)
    static let teamText = #"{"created_at":"\#(dateText)","default":true,"id":"t/1","name":"Core"}"#
}
