public import APIKeys
public import Foundation

extension Sandbox {
    /// Imtegrate in the sandbox: its fixture and its keys.
    ///
    /// Two keys are there from the beginning: one in use and one that was revoked. A created key's token is itself a
    /// credential.
    public final class Imtegrate: Sendable {
        /// The token that may do everything. A call without a token is accepted too.
        public let token = Secret("ik_test_conformance")
        /// A valid token without permissions: every call with it is answered with 403.
        public let forbiddenToken = Secret("ik_test_forbidden")
        /// The organization of all keys.
        public let organizationID = State.organizationID

        let state: Locked<State>

        init(seed: UInt64?) {
            state = Locked(Self.fixture(seed: seed))
        }

        func accepts(_ secret: Secret) -> Bool {
            secret == token || secret == forbiddenToken
                || apiKeys.contains { $0.revoked == nil && $0.token == secret }
        }

        /// All keys, oldest first, revoked ones too.
        public var apiKeys: [APIKey] { state.withLock { $0.keys } }

        /// Adds a key, whose token is a credential from now on unless the key is revoked.
        ///
        /// - Parameters:
        ///   - name: The key's name.
        ///   - scopes: What the key may do.
        ///   - environment: The environment of the key: `test` or `live`.
        ///   - isRevoked: Whether the key has been revoked.
        /// - Returns: The key.
        @discardableResult
        public func addAPIKey(
            name: String, scopes: [String] = [], environment: String = "test", isRevoked: Bool = false
        ) -> APIKey {
            state.withLock { $0.addKey(name, scopes: scopes, environment: environment, isRevoked: isRevoked) }
        }
    }
}

extension Sandbox.Imtegrate {
    struct State: ProviderState {
        static let organizationID = UUID(high: 0x4d2f_7a10_93b6_4c58, low: 0xa6e1_7b0c_5d9e_3f33)

        var source: SandboxSource
        private(set) var keys: [APIKey] = []

        init(source: SandboxSource) {
            self.source = source
            var used = newKey("seeded in use", scopes: ["profiles:read", "profiles:write"], environment: "live")
            used.lastUsed = self.source.now()
            var revoked = newKey("seeded revoked", scopes: [], environment: "test")
            revoked.revoked = Timestamp(microseconds: self.source.now().microseconds - 86_400_000_000)
            // Nobody holds their tokens.
            (used.token, revoked.token) = (nil, nil)
            keys = [used, revoked]
        }

        mutating func addKey(_ name: String, scopes: [String], environment: String, isRevoked: Bool) -> APIKey {
            var key = newKey(name, scopes: scopes, environment: environment)
            if isRevoked { key.revoked = source.now() }
            keys.append(key)
            return key
        }

        private mutating func newKey(_ name: String, scopes: [String], environment: String) -> APIKey {
            let token = "ik_\(environment)_\(source.token(32))"
            return APIKey(
                id: source.uuid(), name: name, prefix: String(token.prefix(12)), scopes: scopes, token: Secret(token),
                created: source.now())
        }
    }
}
