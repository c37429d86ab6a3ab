import APIKeys
import APIKeysTesting
import Foundation
import NekudaKeys

/// Values and the JSON that stands for them.
enum Sample {
    static let orgText = "abcdef00-0000-4000-8000-000000000002"
    static let org = UUID(uuidString: orgText) ?? UUID()
    static let date = Date(timeIntervalSince1970: 1_714_564_800.141)
    static let dateText = "2024-05-01T12:00:00.141Z"

    static func client(_ transport: MockTransport, retry: RetryPolicy = .never) -> NekudaClient {
        NekudaClient(token: Secret("ey.hush"), configuration: ClientConfiguration(retry: retry), transport: transport)
    }

    static let key = Nekuda.APIKey(
        id: "k/1", orgID: org, name: "ci", publicKey: "pk_1", privateKeyDisplay: "sk_…9", createdAt: date,
        description: "for ci", isRevoked: true, revokedAt: date, lastUsedAt: date, environment: "staging")
    static let minimalKey = Nekuda.APIKey(
        id: "k/1", orgID: org, name: "ci", publicKey: "pk_1", privateKeyDisplay: "sk_…9", createdAt: date)
    static let created = Nekuda.CreatedAPIKey(apiKey: key, privateKey: Secret("sk_hush9"))
    static let minimalCreated = Nekuda.CreatedAPIKey(apiKey: minimalKey, privateKey: Secret("sk_hush9"))
    static let revoked = Nekuda.RevokedAPIKey(
        id: "k/1", orgID: org, name: "ci", isRevoked: true, createdAt: date, description: "for ci", expiresAt: date,
        lastUsedAt: date)
    static let minimalRevoked = Nekuda.RevokedAPIKey(
        id: "k/1", orgID: org, name: "ci", isRevoked: true, createdAt: date)

    static let keyText = text(secret: nil)
    static let createdText = text(secret: "sk_hush9")
    static let minimalKeyText = minimalText(isRevoked: nil, secret: nil)
    static let minimalCreatedText = minimalText(isRevoked: nil, secret: "sk_hush9")
    /// What is written for the minimal forms: `is_revoked` has a default.
    static let writtenMinimalKeyText = minimalText(isRevoked: false, secret: nil)
    static let writtenMinimalCreatedText = minimalText(isRevoked: false, secret: "sk_hush9")
    static let revokedText =
        #"{"created_at":"\#(dateText)","description":"for ci","expires_at":"\#(dateText)","id":"k/1","#
        + #""is_revoked":true,"last_used_at":"\#(dateText)","name":"ci","org_id":"\#(orgText)"}"#
    static let minimalRevokedText =
        #"{"created_at":"\#(dateText)","id":"k/1","is_revoked":true,"name":"ci","org_id":"\#(orgText)"}"#

    private static func text(secret: String?) -> String {
        #"{"created_at":"\#(dateText)","description":"for ci","environment":"staging","id":"k/1","is_revoked":true,"#
            + #""last_used_at":"\#(dateText)","name":"ci","org_id":"\#(orgText)","#
            + (secret.map { #""private_key":"\#($0)","# } ?? "")
            + #""private_key_display":"sk_…9","public_key":"pk_1","revoked_at":"\#(dateText)"}"#
    }

    private static func minimalText(isRevoked: Bool?, secret: String?) -> String {
        #"{"created_at":"\#(dateText)","id":"k/1","# + (isRevoked.map { #""is_revoked":\#($0),"# } ?? "")
            + #""name":"ci","org_id":"\#(orgText)","# + (secret.map { #""private_key":"\#($0)","# } ?? "")
            + #""private_key_display":"sk_…9","public_key":"pk_1"}"#
    }
}
