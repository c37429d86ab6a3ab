import APIKeysCurl
import BasetenKeys
import Foundation
import ImtegrateKeys
import JunctionKeys
import NekudaKeys

/// The README's samples, so that they compile. ``ReadmeTests`` holds the README's lines to the lines here.
enum ReadmeSamples {
    struct Vault {
        func store(_ key: String, as id: UUID?) async throws {}
    }

    struct Logger {
        func info(_ message: String, metadata: [String: String]) {}
    }

    static func overLibcurl(key: Secret, organizationID: UUID) throws {
        let transport = try CurlTransport()
        let junction = JunctionClient(managementKey: key, organizationID: organizationID, transport: transport)
        _ = junction
    }

    static func create(vault: Vault, teamID: UUID) async throws {
        let junction = try JunctionClient()  // JUNCTION_MANAGEMENT_KEY, JUNCTION_ORG_ID
        let key = try await junction.createTeamAPIKey(label: "ci", teamID: teamID, environment: .sandbox, region: .us)
        print(key)  // the secret prints as Secret(redacted)
        try await vault.store(key.value.reveal(), as: key.id)
    }

    static func handle(junction: JunctionClient, vault: Vault, teamID: UUID) async throws {
        do throws(APIError) {
            _ = try await junction.createTeamAPIKey(label: "ci", teamID: teamID, environment: .sandbox, region: .us)
        } catch {
            if let secret = error.recoveredSecret { try await vault.store(secret.reveal(), as: nil) }
            switch (error.kind, error.outcome) {
            case (.validation(let invalid), _): for entry in invalid.detail { print(entry.path, entry.msg) }
            case (_, .notProcessed): print("no key was made: \(error)")
            case (_, .processed), (_, .unknown): print("look before you create again: \(error)")
            }
        }
    }

    static func junction(junction: JunctionClient, teamID: UUID, id: UUID, key: Junction.TeamAPIKey) async throws {
        _ = try await junction.createTeamAPIKey(label: "ci", teamID: teamID, environment: .sandbox, region: .us)
        for try await key in junction.teamAPIKeys(environment: .sandbox, region: .us) { _ = key }
        _ = try await junction.deleteTeamAPIKeys(ids: [key.id], environment: .sandbox, region: .us)
        _ = try await junction.createManagementKey(label: "deploy", teamID: teamID)
        _ = try await junction.managementKeys(role: .teamAdmin)
        try await junction.updateManagementKey(id: id, label: "deploy", teamRoleBindings: .null)
        try await junction.deleteManagementKey(id: id)
        _ = try await junction.createTeamAccessToken(teamID: teamID, environment: .sandbox)
        for try await team in junction.teams(regions: [.eu]) { _ = team }
        _ = try await junction.team(id: teamID)
        _ = try await junction.createTeam(name: "Acme", region: .eu)
    }

    static func baseten(baseten: BasetenClient) async throws {
        _ = try await baseten.createTeamAPIKey(teamID: "t1", type: .workspaceInvoke, name: "ci", modelIDs: ["m1"])
        _ = try await baseten.createAPIKey(type: .personal)
        _ = try await baseten.apiKeys(createdByMe: true)
        try await baseten.deleteAPIKey(prefix: "abc")
        _ = try await baseten.teams()
        _ = try await baseten.team(id: "t1")
    }

    static func imtegrate(imtegrate: ImtegrateClient) async throws {
        _ = try await imtegrate.createAPIKey(name: "ci", scopes: ["read"], environment: .live)
        _ = try await imtegrate.apiKeys()
    }

    static func nekuda(nekuda: NekudaClient) async throws {
        _ = try await nekuda.createAPIKey(name: "ci", description: "for the build")
        _ = try await nekuda.apiKeys()
        _ = try await nekuda.apiKey(id: "k1")
        _ = try await nekuda.revokeAPIKey(id: "k1")
        try await nekuda.deleteAPIKey(id: "k1")
    }

    static func credentials(tokenURL: URL, clientSecret: String) -> NekudaClient {
        let credentials = OAuthClientCredentials(
            tokenURL: tokenURL, clientID: "provisioner", clientSecret: Secret(clientSecret),
            audience: "https://api.nekuda.ai")
        let nekuda = NekudaClient(token: credentials)
        return nekuda
    }

    static func observe(baseten: BasetenClient, logger: Logger) async throws {
        var configuration = ClientConfiguration(userAgentSuffix: "provisioner/2.1")
        configuration.onEvent = { event in
            let call = "\(event.provider).\(event.operation)"
            logger.info("\(call) \(event.step)", metadata: ["path": "\(event.pathTemplate)"])
        }
        let (created, response) = try await withResponseMetadata {
            try await baseten.createAPIKey(type: .personal)
        }
        print(response?.requestID ?? "-", response?.attempts ?? 0, created.prefix ?? "-")
    }
}
