public import APIKeys
public import Foundation

extension Sandbox {
    /// nekuda in the sandbox: its fixture and its keys.
    ///
    /// Three keys are there from the beginning: `key_full` has all members, `key_nulls` has nulls, and `legacy 1` has
    /// only the required members, and an id that has to be percent-encoded in a path.
    public final class Nekuda: Sendable {
        /// The token that may do everything, until ``expire(_:)``.
        public let token = State.token
        /// A valid token without permissions: every call with it is answered with 403.
        public let forbiddenToken = Secret("nekuda.forbidden.jwt")
        /// The organization of all keys.
        public let organizationID = State.organizationID

        let state: Locked<State>

        init(seed: UInt64?) {
            state = Locked(Self.fixture(seed: seed))
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
            state.withLock { $0.addKey(name: name, description: description, isRevoked: isRevoked) }
        }

        /// Creates another token that may do everything, as an identity provider does at a refresh.
        ///
        /// - Returns: The token.
        public func issueToken() -> Secret {
            state.withLock { state in
                let token = Secret("nekuda.\(state.source.token(24)).jwt")
                state.tokens.insert(token)
                return token
            }
        }

        /// Lets a token expire: from now on, every call with it is answered with 401.
        public func expire(_ token: Secret) {
            state.withLock { state in _ = state.tokens.remove(token) }
        }
    }
}

extension Sandbox.Nekuda {
    struct State: ProviderState {
        static let token = Secret("nekuda.conformance.jwt")
        static let organizationID = UUID(high: 0x5e30_8b21_a4c7_4d69, low: 0xb7f2_8c1d_6eaf_4044)

        var source: SandboxSource
        var tokens: Set<Secret> = [token]
        var keys: [APIKey] = []

        init(source: SandboxSource) {
            self.source = source
            var full = newKey("key_full", name: "seeded key_full")
            (full.description, full.environment) = ("everything set", "production")
            (full.revoked, full.lastUsed) = (self.source.now(), self.source.now())
            let nulls = newKey("key_nulls", name: "seeded key_nulls")
            var legacy = newKey("legacy 1", name: "seeded legacy 1")
            legacy.absent = ["description", "is_revoked", "revoked_at", "last_used_at", "environment"]
            keys = [full, nulls, legacy]
        }

        mutating func addKey(name: String, description: String?, isRevoked: Bool) -> APIKey {
            var key = newKey("key_\(source.token(16))", name: name)
            (key.description, key.environment) = (description, "test")
            key.privateKey = Secret("sk_\(source.token(40))")
            if isRevoked { key.revoke(at: source.now()) }
            keys.append(key)
            return key
        }

        private mutating func newKey(_ id: String, name: String) -> APIKey {
            APIKey(id: id, name: name, publicKey: "pk_\(source.token(24))", created: source.now())
        }
    }
}
