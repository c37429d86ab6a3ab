import APIKeys
import BasetenKeys
import Foundation
import ImtegrateKeys
import JunctionKeys
import NekudaKeys

/// A method of a client, and a success that it reads.
struct ClientCall: Sendable {
    /// What a client is made of.
    struct Parts: Sendable {
        var source: any CredentialSource
        var configuration: ClientConfiguration
        var transport: any HTTPTransport
    }

    /// `JunctionClient.createTeamAPIKey`
    let name: String
    /// The member of the answer that holds secrets.
    let secretName: String?
    let success: String
    let run: @Sendable (Parts) async throws -> any Sendable

    private init(
        _ name: String, secret: String? = nil, _ success: String,
        _ run: @escaping @Sendable (Parts) async throws -> any Sendable
    ) {
        (self.name, secretName, self.success, self.run) = (name, secret, success, run)
    }

    static let all = junction + baseten + imtegrate + nekuda

    private static let date = "2024-05-01T12:00:00Z"
    private static let id = UUID()
    private static let idText = id.uuidString.lowercased()

    // MARK: Junction

    private static func junction(_ parts: Parts) -> JunctionClient {
        JunctionClient(
            managementKey: parts.source, organizationID: id, configuration: parts.configuration,
            transport: parts.transport)
    }

    private static func junction(
        _ method: String, secret: String? = nil, _ success: String,
        _ run: @escaping @Sendable (JunctionClient) async throws -> any Sendable
    ) -> ClientCall {
        ClientCall("JunctionClient.\(method)", secret: secret, success) { try await run(junction($0)) }
    }

    private static func teamKey(_ secret: Sentinel) -> String {
        #"{"created_at":"\#(date)","id":"\#(idText)","label":"ci","team_id":"\#(idText)","value":"\#(secret.text)"}"#
    }

    private static let creator =
        #"{"type":"org_member","avatar":"https://a/b","email":"a@example.com","id":"\#(idText)","name":"Ada"}"#
    private static let managementKey =
        #""created_at":"\#(date)","creator":\#(creator),"id":"\#(idText)","label":"ops","role":"team_admin","#
        + #""team_role_bindings":[{"team_id":"\#(idText)"}]"#
    private static let team =
        #"{"created_on":"\#(date)","environments":["production"],"id":"\#(idText)","integration_team_id":"c","#
        + #""name":"Clinic","production":{"a":[1]},"region":"eu","sandbox":null}"#

    private static let junction: [ClientCall] = [
        junction("createTeamAPIKey", secret: "value", teamKey(.created)) {
            try await $0.createTeamAPIKey(label: "ci", teamID: id, environment: .production, region: .us)
        },
        junction("teamAPIKeys", secret: "value", #"{"api_keys":[\#(teamKey(.listed))],"next_cursor":null}"#) {
            let keys = $0.teamAPIKeys(environment: .production, region: .us)
            var (pages, elements) = (keys.pages.makeAsyncIterator(), keys.makeAsyncIterator())
            let values: [any Sendable] = [
                keys, keys.pages, try await pages.next(), try await elements.next(), pages, elements,
            ]
            return values
        },
        junction("deleteTeamAPIKeys", #"{"failure":[],"not_found":[],"success":["\#(idText)"]}"#) {
            try await $0.deleteTeamAPIKeys(ids: [id], environment: .production, region: .us)
        },
        junction("createManagementKey", secret: "key", #"{\#(managementKey),"key":"\#(Sentinel.created.text)"}"#) {
            try await $0.createManagementKey(label: "ops", teamID: id)
        },
        junction("managementKeys", #"{"data":[{\#(managementKey)}],"next_cursor":null}"#) {
            try await $0.managementKeys(role: .orgAdmin)
        },
        junction("updateManagementKey", "{\(managementKey)}") {
            try await $0.updateManagementKey(id: id, label: "ops")
        },
        junction("deleteManagementKey", "{\(managementKey)}") { try await $0.deleteManagementKey(id: id) },
        junction(
            "createTeamAccessToken", secret: "access_token",
            #"{"access_token":"\#(Sentinel.created.text)","expires_in":3600}"#
        ) { try await $0.createTeamAccessToken(teamID: id, environment: .production) },
        junction("teams", #"{"teams":[\#(team)],"next_cursor":null}"#) {
            var teams = $0.teams().makeAsyncIterator()
            let values: [any Sendable] = [try await teams.next(), teams]
            return values
        },
        junction("team", team) { try await $0.team(id: id) },
        junction("createTeam", team) { try await $0.createTeam(name: "Clinic", region: .eu) },
    ]

    // MARK: Baseten

    private static func baseten(
        _ method: String, secret: String? = nil, _ success: String,
        _ run: @escaping @Sendable (BasetenClient) async throws -> any Sendable
    ) -> ClientCall {
        ClientCall("BasetenClient.\(method)", secret: secret, success) { parts in
            try await run(
                BasetenClient(
                    apiKey: parts.source, authorization: .bearer, configuration: parts.configuration,
                    transport: parts.transport))
        }
    }

    private static let basetenKey = #"{"api_key":"\#(Sentinel.created.text)"}"#
    private static let basetenTeam = #"{"created_at":"\#(date)","default":true,"id":"t","name":"Core"}"#

    private static let baseten: [ClientCall] = [
        baseten("createAPIKey", secret: "api_key", basetenKey) { try await $0.createAPIKey(type: .personal) },
        baseten("createTeamAPIKey", secret: "api_key", basetenKey) {
            try await $0.createTeamAPIKey(teamID: "t", type: .workspaceInvoke)
        },
        baseten(
            "apiKeys",
            #"{"keys":[{"prefix":"ab","type":"PERSONAL","owner":{"user_id":"u","email":"a@b","name":"A"}}]}"#
        ) { try await $0.apiKeys() },
        baseten("deleteAPIKey", #"{"prefix":"ab"}"#) { try await $0.deleteAPIKey(prefix: "ab") },
        baseten("teams", #"{"teams":[\#(basetenTeam)]}"#) { try await $0.teams() },
        baseten("team", basetenTeam) { try await $0.team(id: "t") },
    ]

    // MARK: Imtegrate

    private static let imtegrateKey =
        #""created_at":"\#(date)","id":"\#(idText)","last_used_at":null,"name":"ci","org_id":"\#(idText)","#
        + #""prefix":"ik","revoked_at":null,"scopes":["a:read"]"#

    private static func imtegrate(_ parts: Parts) -> ImtegrateClient {
        ImtegrateClient(token: parts.source, configuration: parts.configuration, transport: parts.transport)
    }

    private static let imtegrate = [
        ClientCall(
            "ImtegrateClient.createAPIKey", secret: "token", #"{\#(imtegrateKey),"token":"\#(Sentinel.created.text)"}"#
        ) { try await imtegrate($0).createAPIKey(name: "ci", environment: .live) },
        ClientCall("ImtegrateClient.apiKeys", "[{\(imtegrateKey)}]") { try await imtegrate($0).apiKeys() },
    ]

    // MARK: nekuda

    private static let nekudaKey =
        #""created_at":"\#(date)","id":"k","is_revoked":false,"name":"ci","org_id":"\#(idText)","#
        + #""private_key_display":"sk_…9","public_key":"pk""#

    private static func nekuda(
        _ method: String, secret: String? = nil, _ success: String,
        _ run: @escaping @Sendable (NekudaClient) async throws -> any Sendable
    ) -> ClientCall {
        ClientCall("NekudaClient.\(method)", secret: secret, success) { parts in
            try await run(
                NekudaClient(
                    token: parts.source, configuration: parts.configuration, transport: parts.transport))
        }
    }

    private static let nekuda = [
        nekuda("createAPIKey", secret: "private_key", #"{\#(nekudaKey),"private_key":"\#(Sentinel.created.text)"}"#) {
            try await $0.createAPIKey(name: "ci")
        },
        nekuda("apiKeys", "[{\(nekudaKey)}]") { try await $0.apiKeys() },
        nekuda("apiKey", "{\(nekudaKey)}") { try await $0.apiKey(id: "k") },
        nekuda("revokeAPIKey", "{\(nekudaKey)}") { try await $0.revokeAPIKey(id: "k") },
        nekuda("deleteAPIKey", "") { try await $0.deleteAPIKey(id: "k") },
    ]
}
