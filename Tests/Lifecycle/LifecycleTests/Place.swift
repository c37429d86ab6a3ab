import APIKeys
import APIKeysSandbox
import BasetenKeys
import Foundation
import ImtegrateKeys
import JunctionKeys
import NekudaKeys

/// A kind of key at a provider of a sandbox: its ring, and what the sandbox holds of it.
struct Place: Sendable, CustomStringConvertible {
    /// A key that works.
    struct Key: Hashable, Sendable {
        let id: String
        let label: String?
        let secret: Secret?
    }

    let description: String
    let createOperation: String
    let listOperation: String
    let revokeOperation: String?
    /// The member of an answer that holds the secret.
    let secretField: String
    let ring: @Sendable (Sandbox, any HTTPTransport, ClientConfiguration) -> any KeyRing
    let keys: @Sendable (Sandbox) -> [Key]

    static let teamKeys = Place(
        description: "Junction, team keys", createOperation: "createTeamAPIKey", listOperation: "teamAPIKeys",
        revokeOperation: "deleteTeamAPIKeys", secretField: "value",
        ring: { sandbox, transport, configuration in
            junction(sandbox, transport, configuration).teamKeyRing(
                teamID: sandbox.junction.teamID, environment: .sandbox, region: .us)
        },
        keys: { sandbox in
            sandbox.junction.teamAPIKeys.map {
                Key(id: $0.id.uuidString.lowercased(), label: $0.label, secret: $0.value)
            }
        })

    static let managementKeys = Place(
        description: "Junction, management keys", createOperation: "createManagementKey",
        listOperation: "managementKeys", revokeOperation: "deleteManagementKey", secretField: "key",
        ring: { sandbox, transport, configuration in
            junction(sandbox, transport, configuration).managementKeyRing(
                role: .teamAdmin, teamRoleBindings: [.init(teamID: sandbox.junction.teamID)])
        },
        keys: { sandbox in
            // The first ones are the fixture's.
            sandbox.junction.managementKeys.dropFirst(5).map {
                Key(id: $0.id.uuidString.lowercased(), label: $0.label, secret: $0.key)
            }
        })

    static let baseten = Place(
        description: "Baseten", createOperation: "createAPIKey", listOperation: "apiKeys",
        revokeOperation: "deleteAPIKey", secretField: "api_key",
        ring: { sandbox, transport, configuration in
            BasetenClient(apiKey: sandbox.baseten.apiKey, configuration: configuration, transport: transport)
                .keyRing(type: .workspaceInvoke)
        },
        keys: { sandbox in
            sandbox.baseten.apiKeys.dropFirst(3).map { Key(id: $0.prefix, label: $0.name, secret: $0.apiKey) }
        })

    static let nekuda = Place(
        description: "nekuda", createOperation: "createAPIKey", listOperation: "apiKeys",
        revokeOperation: "revokeAPIKey", secretField: "private_key",
        ring: { sandbox, transport, configuration in
            NekudaClient(token: sandbox.nekuda.token, configuration: configuration, transport: transport).keyRing()
        },
        keys: { sandbox in
            sandbox.nekuda.apiKeys.dropFirst(3).filter { !$0.isRevoked }
                .map { Key(id: $0.id, label: $0.name, secret: $0.privateKey) }
        })

    static let imtegrate = Place(
        description: "Imtegrate", createOperation: "createAPIKey", listOperation: "apiKeys", revokeOperation: nil,
        secretField: "token",
        ring: { sandbox, transport, configuration in
            ImtegrateClient(token: sandbox.imtegrate.token, configuration: configuration, transport: transport)
                .keyRing(scopes: ["read"], environment: .live)
        },
        keys: { sandbox in
            sandbox.imtegrate.apiKeys.filter { $0.revokedAt == nil && $0.token != nil }
                .map { Key(id: $0.id.uuidString.lowercased(), label: $0.name, secret: $0.token) }
        })

    static let revocable = [teamKeys, managementKeys, baseten, nekuda]
    static let all = revocable + [imtegrate]

    private static func junction(
        _ sandbox: Sandbox, _ transport: any HTTPTransport, _ configuration: ClientConfiguration
    ) -> JunctionClient {
        JunctionClient(
            managementKey: sandbox.junction.managementKey, organizationID: sandbox.junction.organizationID,
            configuration: configuration, transport: transport)
    }
}

extension Place {
    /// The ring on a sandbox without anything in between.
    func ring(_ sandbox: Sandbox, _ configuration: ClientConfiguration = .init()) -> any KeyRing {
        ring(sandbox, sandbox, configuration)
    }

    /// The ring, if its keys can be revoked.
    func revocableRing(
        _ sandbox: Sandbox, _ configuration: ClientConfiguration = .init()
    ) -> (any RevocableKeyRing)? {
        ring(sandbox, configuration) as? any RevocableKeyRing
    }

    /// Where an operation of this place is in the sandbox.
    func target(_ operation: String) -> Sandbox.Target {
        .operation(operation, of: String(description.prefix { $0 != "," }))
    }
}
