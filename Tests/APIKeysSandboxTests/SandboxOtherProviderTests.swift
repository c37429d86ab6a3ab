import APIKeys
import APIKeysSandbox
import BasetenKeys
import Foundation
import ImtegrateKeys
import NekudaKeys
import Testing

@Suite(.timeLimit(.minutes(5))) struct SandboxBasetenTests {
    let sandbox = Sandbox(seed: 2)
    var client: BasetenClient { sandbox.basetenClient() }

    @Test func aKeyIsMadeListedUsedAndDeleted() async throws {
        let made = try await client.createTeamAPIKey(
            teamID: sandbox.baseten.slashTeamID, type: .workspaceManageAll, name: "ci")
        let prefix = try #require(made.prefix)
        let kept = try #require(sandbox.baseten.apiKeys.last)
        #expect(kept.apiKey == made.apiKey)
        #expect((kept.prefix, kept.name, kept.teamName) == (prefix, "ci", "Research & Development"))
        let other = sandbox.basetenClient(key: made.apiKey)
        #expect(try await other.apiKeys(createdByMe: true).map(\.prefix) == [prefix])
        #expect(try await other.apiKeys().count == 4)
        #expect(try await client.deleteAPIKey(prefix: prefix) == prefix)
        #expect(sandbox.baseten.apiKeys.count == 3)
        #expect(try await failure { try await other.teams() }.kind == .unauthorized)
        #expect(try await failure { try await client.deleteAPIKey(prefix: prefix) }.kind == .notFound)
    }

    @Test func aNameIsTakenOnce() async throws {
        _ = try await client.createAPIKey(type: .personal, name: "ci")
        let error = try await failure { try await client.createAPIKey(type: .routes, name: "ci") }
        #expect(error.kind == .conflict)
        #expect(error.message == "an API key with this name exists already")
        _ = try await client.createAPIKey(type: .personal)
        _ = try await client.createAPIKey(type: .personal)
        #expect(sandbox.baseten.apiKeys.count == 6)
    }

    @Test func aPrefixWithASlashIsOneSegment() async throws {
        let made = try await client.createAPIKey(type: .workspaceInvoke, name: "slash-1", modelIDs: ["m"])
        let prefix = try #require(made.prefix)
        #expect(prefix.contains("/"))
        #expect(try await client.deleteAPIKey(prefix: prefix) == prefix)
    }

    @Test func refusalsHaveBasetensForm() async throws {
        let forbidden = sandbox.basetenClient(key: sandbox.baseten.forbiddenAPIKey)
        #expect(try await failure { try await forbidden.apiKeys() }.kind == .forbidden)
        let error = try await failure { try await client.createAPIKey(type: .init(rawValue: "ADMIN")) }
        #expect(error.kind == .badRequest)
        #expect(error.message?.hasPrefix("body.type: Input should be 'PERSONAL', 'WORKSPACE_MANAGE_ALL', ") == true)
        #expect(try await failure { try await client.team(id: "nobody") }.kind == .notFound)
        #expect(try await client.teams(name: "Default").map(\.id) == [sandbox.baseten.teamID])
        #expect(try await client.team(id: sandbox.baseten.slashTeamID).name == "Research & Development")
    }
}

@Suite(.timeLimit(.minutes(5))) struct SandboxImtegrateTests {
    let sandbox = Sandbox(seed: 3)

    @Test func aKeyIsMadeAndAuthenticates() async throws {
        let made = try await sandbox.imtegrateClient(token: sandbox.imtegrate.token)
            .createAPIKey(name: "ci", scopes: ["profiles:read"], environment: .live)
        #expect(made.token.reveal().hasPrefix("ik_live_"))
        #expect(sandbox.imtegrate.apiKeys.last?.token == made.token)
        #expect(sandbox.imtegrate.apiKeys.last?.id == made.id)
        #expect(made.orgID == sandbox.imtegrate.organizationID)
        let keys = try await sandbox.imtegrateClient(token: made.token).apiKeys()
        #expect(keys.map(\.id) == sandbox.imtegrate.apiKeys.map(\.id))
        #expect(keys.map { $0.revokedAt != nil } == [false, true, false])
        #expect(try await sandbox.imtegrateClient().apiKeys().count == 3)
    }

    @Test func tokensAreChecked() async throws {
        let stranger = sandbox.imtegrateClient(token: Secret("ik_test_other"))
        #expect(try await failure { try await stranger.apiKeys() }.kind == .unauthorized)
        let forbidden = sandbox.imtegrateClient(token: sandbox.imtegrate.forbiddenToken)
        #expect(try await failure { try await forbidden.createAPIKey(name: "ci") }.kind == .forbidden)
        #expect(sandbox.imtegrate.apiKeys.count == 2)
    }
}

@Suite(.timeLimit(.minutes(5))) struct SandboxNekudaTests {
    let sandbox = Sandbox(seed: 4)
    var client: NekudaClient { sandbox.nekudaClient() }

    @Test func aKeyIsMadeRevokedAndDeleted() async throws {
        let made = try await client.createAPIKey(name: "ci", description: "made by a test")
        let kept = try #require(sandbox.nekuda.apiKeys.last)
        #expect(kept.privateKey == made.privateKey)
        #expect((kept.id, kept.name, kept.description) == (made.id, "ci", "made by a test"))
        #expect(try await client.apiKey(id: made.id).isRevoked == false)
        #expect(try await client.revokeAPIKey(id: made.id).isRevoked)
        #expect(sandbox.nekuda.apiKeys.last?.isRevoked == true)
        try await client.deleteAPIKey(id: made.id)
        #expect(sandbox.nekuda.apiKeys.count == 3)
        #expect(try await failure { try await client.deleteAPIKey(id: made.id) }.kind == .notFound)
    }

    @Test func theFixturesKeysHaveAllSomeAndFewMembers() async throws {
        #expect(try await client.apiKeys().map(\.id) == ["key_full", "key_nulls", "legacy 1"])
        #expect(try await client.apiKey(id: "legacy 1").environment == nil)
    }

    @Test func anExpiredTokenIsRefreshed() async throws {
        let source = Tokens(sandbox.nekuda)
        let client = NekudaClient(token: source, transport: sandbox)
        #expect(try await client.apiKeys().count == 3)
        sandbox.nekuda.expire(sandbox.nekuda.token)
        #expect(try await client.apiKeys().count == 3)
        #expect(try await failure { try await self.client.apiKeys() }.kind == .unauthorized)
    }

    @Test func everyHostOfNekudasIsServed() async throws {
        for host in ["https://staging-api.nekuda.ai", "https://api.example.com"] {
            let configuration = ClientConfiguration(baseURL: URL(string: host))
            let client = NekudaClient(token: sandbox.nekuda.token, configuration: configuration, transport: sandbox)
            #expect(try await client.apiKeys().count == 3)
        }
    }

    private actor Tokens: CredentialSource {
        private let nekuda: Sandbox.Nekuda
        private var token: Secret

        init(_ nekuda: Sandbox.Nekuda) {
            self.nekuda = nekuda
            token = nekuda.token
        }

        func credential() -> Secret { token }

        func invalidate(_ rejected: Secret) {
            if rejected == token { token = nekuda.issueToken() }
        }
    }
}
