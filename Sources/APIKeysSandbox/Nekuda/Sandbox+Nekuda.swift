public import APIKeys
public import Foundation

extension Sandbox {
    /// nekuda's state, without going through HTTP.
    public var nekuda: Nekuda { providers.nekuda }

    /// nekuda in the sandbox: its fixture and its keys.
    ///
    /// Three keys are there from the beginning: `key_full` has all members, `key_nulls` has nulls, and `legacy 1` has
    /// the required members alone, and an id that a path has to encode.
    public final class Nekuda: Sendable {
        /// The token that may do everything, until ``expire(_:)``.
        public let token = Secret("nekuda.conformance.jwt")
        /// A genuine token that every call answers with 403.
        public let forbiddenToken = Secret("nekuda.forbidden.jwt")
        /// The organization of all keys.
        public let organizationID = UUID(high: 0x5e30_8b21_a4c7_4d69, low: 0xb7f2_8c1d_6eaf_4044)

        let state: Locked<State>
        private let seed: UInt64?

        init(seed: UInt64?) {
            self.seed = seed
            state = Locked(State(source: SandboxSource(seed: seed, name: Self.name), tokens: []))
            reset()
        }

        func reset() {
            var state = State(source: SandboxSource(seed: seed, name: Self.name), tokens: [token])
            for seed in Self.seeds { state.addKey(id: seed.id, more: seed.members, in: organizationID) }
            let fixture = state
            self.state.withLock { $0 = fixture }
        }

        func advance(by duration: Duration) {
            state.withLock { $0.source.advance(by: duration) }
        }

        func accepts(_ secret: Secret) -> Bool {
            state.withLock { state in
                secret == forbiddenToken || state.tokens.contains(secret)
                    || state.keys.contains { !$0.isRevoked && $0.privateKey == secret }
            }
        }

        /// All keys, oldest first, revoked ones too.
        public var apiKeys: [APIKey] { state.withLock { $0.keys } }

        /// Adds a key.
        ///
        /// - Parameters:
        ///   - name: The key's name.
        ///   - description: What the key is for.
        ///   - isRevoked: Whether the key has been revoked.
        /// - Returns: The key.
        @discardableResult
        public func addAPIKey(name: String, description: String? = nil, isRevoked: Bool = false) -> APIKey {
            state.withLock {
                $0.addKey(name: name, description: description, isRevoked: isRevoked, in: organizationID)
            }
        }

        /// Makes one more token that may do everything, as the identity provider would at a refresh.
        ///
        /// - Returns: The token.
        public func issueToken() -> Secret {
            state.withLock { state in
                let token = Secret("nekuda.\(state.source.token(24)).jwt")
                state.tokens.insert(token)
                return token
            }
        }

        /// Lets a token expire: from now on it is answered with 401.
        ///
        /// - Parameter token: The token.
        public func expire(_ token: Secret) {
            state.withLock { state in _ = state.tokens.remove(token) }
        }
    }
}

extension Sandbox.Nekuda {
    struct State: Sendable {
        var source: SandboxSource
        var tokens: Set<Secret>
        var keys: [APIKey] = []

        /// Adds a key with the required members and more.
        @discardableResult
        mutating func addKey(
            id: String, more: (inout SandboxSource) -> [String: JSONValue], in organizationID: UUID
        ) -> APIKey {
            var members: [String: JSONValue] = [
                "id": .string(id),
                "org_id": .string(organizationID.wireValue),
                "name": .string("seeded \(id)"),
                "public_key": .string("pk_\(source.token(24))"),
                "private_key_display": .string("sk_...c0de"),
                "created_at": source.now().value,
            ]
            members.merge(more(&source)) { $1 }
            let key = APIKey(members: members, privateKey: nil)
            keys.append(key)
            return key
        }

        /// Adds a key with a private half.
        mutating func addKey(
            name: String, description: String?, isRevoked: Bool, in organizationID: UUID
        ) -> APIKey {
            let secret = "sk_\(source.token(40))"
            let id = "key_\(source.token(16))"
            addKey(
                id: id,
                more: { source in
                    [
                        "name": .string(name), "private_key_display": .string("sk_...\(secret.suffix(4))"),
                        "description": .optional(description), "is_revoked": .bool(isRevoked),
                        "revoked_at": isRevoked ? source.now().value : .null, "last_used_at": .null,
                        "environment": .string("test"),
                    ]
                }, in: organizationID)
            keys[keys.count - 1].privateKey = Secret(secret)
            return keys[keys.count - 1]
        }
    }

    private static let seeds: [(id: String, members: @Sendable (inout SandboxSource) -> [String: JSONValue])] = [
        (
            "key_full",
            { source in
                [
                    "description": .string("everything set"), "is_revoked": .bool(true),
                    "revoked_at": source.now().value, "last_used_at": source.now().value,
                    "environment": .string("production"),
                ]
            }
        ),
        (
            "key_nulls",
            { _ in
                [
                    "description": .null, "is_revoked": .bool(false), "revoked_at": .null, "last_used_at": .null,
                    "environment": .null,
                ]
            }
        ),
        ("legacy 1", { _ in [:] }),
    ]
}
