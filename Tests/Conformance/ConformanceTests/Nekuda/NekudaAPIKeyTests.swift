import APIKeys
import APIKeysTesting
import Foundation
import NekudaKeys
import Testing

@Suite(.timeLimit(.minutes(5))) struct NekudaAPIKeyTests {
    private let nekuda = NekudaFixture.client()

    @Test(arguments: [nil, "", "for \u{1F511} \"ci\"\n"])
    func aKeyIsCreatedListedAndGot(_ description: String?) async throws {
        let name = Conformance.unique("Ünï")
        let (key, response) = try await withResponseMetadata { () throws(APIError) in
            try await nekuda.createAPIKey(name: name, description: description)
        }
        #expect(response?.status == 201)
        #expect(key.name == name)
        #expect(key.description == description)
        #expect(key.orgID == NekudaFixture.organization)
        #expect(key.publicKey.hasPrefix("pk_"))
        #expect(key.privateKey.reveal().wholeMatch(of: /sk_[0-9a-f]{40}/) != nil)
        #expect(key.privateKeyDisplay == "sk_...\(key.privateKey.reveal().suffix(4))")
        #expect(key.environment == "test")
        #expect(!key.isRevoked && key.revokedAt == nil && key.lastUsedAt == nil)
        #expect(abs(key.createdAt.timeIntervalSinceNow) < 600)
        #expect(!"\(key)".contains(key.privateKey.reveal()))
        #expect(try await nekuda.apiKey(id: key.id) == key.apiKey)
        #expect(try await nekuda.apiKeys().filter { $0.id == key.id } == [key.apiKey])
    }

    @Test func aKeyIsRevokedAndRevokedAgain() async throws {
        let key = try await nekuda.createAPIKey(name: Conformance.unique(), description: "gone soon")
        let revoked = try await nekuda.revokeAPIKey(id: key.id)
        #expect(
            revoked
                == Nekuda.RevokedAPIKey(
                    id: key.id, orgID: key.orgID, name: key.name, isRevoked: true, createdAt: key.createdAt,
                    description: "gone soon"))
        let listed = try await nekuda.apiKey(id: key.id)
        #expect(listed.isRevoked)
        #expect(try #require(listed.revokedAt) >= key.createdAt)
        #expect(try await nekuda.revokeAPIKey(id: key.id) == revoked)
        #expect(try await nekuda.apiKey(id: key.id) == listed)
    }

    @Test(arguments: [false, true])
    func aKeyIsDeletedRevokedOrNot(_ isRevoked: Bool) async throws {
        let key = try await nekuda.createAPIKey(name: Conformance.unique())
        if isRevoked { try await nekuda.revokeAPIKey(id: key.id) }
        let ((), response) = try await withResponseMetadata { () throws(APIError) in
            try await nekuda.deleteAPIKey(id: key.id)
        }
        #expect(response?.status == 204)
        #expect(try await !nekuda.apiKeys().contains { $0.id == key.id })
        for call in Self.calls(key.id) {
            let error = try await call.error(from: nekuda)
            #expect(error.kind == .notFound)
            #expect(error.message == "API key not found")
        }
    }

    @Test func fullNullAndBareKeysAreRead() async throws {
        let keys = Array(try await nekuda.apiKeys().prefix(3))
        #expect(keys.map(\.id) == ["key_full", "key_nulls", "legacy 1"])
        #expect(keys.map(\.name) == keys.map { "seeded \($0.id)" })
        #expect(keys.allSatisfy { $0.orgID == NekudaFixture.organization && $0.privateKeyDisplay == "sk_...c0de" })
        let full = keys[0]
        #expect(full.description == "everything set" && full.environment == "production" && full.isRevoked)
        #expect(full.revokedAt != nil && full.lastUsedAt != nil)
        for key in keys.dropFirst() {
            #expect(key.description == nil && key.environment == nil && !key.isRevoked)
            #expect(key.revokedAt == nil && key.lastUsedAt == nil)
        }
        for key in keys { #expect(try await nekuda.apiKey(id: key.id) == key) }
    }

    /// Revoking a key that is revoked changes nothing, so the seeded one may be taken.
    @Test func whatWasRevokedBeforeIsReadInFull() async throws {
        let (key, revoked) = (try await nekuda.apiKey(id: "key_full"), try await nekuda.revokeAPIKey(id: "key_full"))
        #expect(revoked.lastUsedAt != nil && revoked.lastUsedAt == key.lastUsedAt)
        #expect(revoked.expiresAt == nil && revoked.isRevoked && revoked.description == "everything set")
        #expect(try await nekuda.apiKey(id: "key_full") == key)
    }

    /// The server redirects a path with the wrong ending. The client sends the right one, and so is never redirected.
    @Test func aPathEndsAsTheServerWantsIt() async throws {
        let transport = Conformance.recorder()
        let client = NekudaFixture.client(transport: transport)
        let key = try await client.createAPIKey(name: Conformance.unique())
        _ = try await client.apiKeys()
        _ = try await client.apiKey(id: "legacy 1")
        try await client.revokeAPIKey(id: key.id)
        try await client.deleteAPIKey(id: key.id)
        let root = "\(Conformance.baseURL.absoluteString)/api/v2/api-keys/"
        let sent = transport.requests.map { "\($0.method) \($0.url.absoluteString.dropFirst(root.count))" }
        #expect(sent == ["POST ", "GET ", "GET legacy%201", "PUT \(key.id)/revoke", "DELETE \(key.id)"])

        for line in ["GET ", "POST ", "GET /key_full/", "PUT /key_full/revoke/", "DELETE /key_full/"] {
            let parts = line.split(separator: " ", omittingEmptySubsequences: false)
            let body: [String: JSONValue]? = parts[0] == "POST" ? ["name": .string("never")] : nil
            let response = try await Conformance.send(
                "\(parts[0]) /api/v2/api-keys\(parts[1])", NekudaFixture.headers, body)
            let other = parts[1].isEmpty ? "/" : String(parts[1].dropLast())
            #expect(response.status == 307)
            #expect(response.headers["Location"] == root.dropLast() + other)
        }
    }

    /// The operations that name a key.
    static func calls(_ id: String) -> [NamedCall<NekudaClient>] {
        [
            NamedCall("apiKey") { client throws(APIError) in try await client.apiKey(id: id) },
            NamedCall("revokeAPIKey") { client throws(APIError) in try await client.revokeAPIKey(id: id) },
            NamedCall("deleteAPIKey") { client throws(APIError) in try await client.deleteAPIKey(id: id) },
        ]
    }
}
