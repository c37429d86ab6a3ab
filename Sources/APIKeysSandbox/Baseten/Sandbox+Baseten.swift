public import APIKeys
import Foundation

extension Sandbox {
    /// Baseten's state, without going through HTTP.
    public var baseten: Baseten { providers.baseten }

    /// Baseten in the sandbox: its fixture, its teams and its keys.
    ///
    /// Three keys are there from the beginning: `seedfull` has all members, `seednull` has nulls, and `seedbare` has
    /// the required members alone, all with a date. A created key is itself a credential until it is deleted. The
    /// prefix of a key whose name begins with `slash-` holds a slash, which a path has to encode.
    public final class Baseten: Sendable {
        /// The key that may do everything. It is in no list.
        public let apiKey = Secret("conform1.baseten-conformance")
        /// A genuine key that may not manage keys: every call answers it with 403.
        public let forbiddenAPIKey = Secret("invoke01.baseten-without-scope")
        /// The id of the first team.
        public let teamID = "team_default"
        /// The id of the second team, which a path has to encode.
        public let slashTeamID = "abc/def"

        let state: Locked<State>
        private let seed: UInt64?

        init(seed: UInt64?) {
            self.seed = seed
            let source = SandboxSource(seed: seed, name: Self.name)
            state = Locked(State(source: source, teams: [], keys: [], credentials: [:]))
            reset()
        }

        func reset() {
            var source = SandboxSource(seed: seed, name: Self.name)
            let teams = [
                Team(id: teamID, name: "Default", isDefault: true, created: source.now()),
                Team(id: slashTeamID, name: "Research & Development", isDefault: false, created: source.now()),
            ]
            var keys = Self.seeds
            // Baseten's own Python client (0.13.1) wants a date on every key.
            for index in keys.indices { keys[index].members["created_at"] = source.now().value }
            let credentials = [apiKey: "WORKSPACE_MANAGE_ALL", forbiddenAPIKey: "WORKSPACE_INVOKE"]
            let fixture = State(source: source, teams: teams, keys: keys, credentials: credentials)
            state.withLock { $0 = fixture }
        }

        func advance(by duration: Duration) {
            state.withLock { $0.source.advance(by: duration) }
        }

        func accepts(_ secret: Secret) -> Bool {
            state.withLock { $0.credentials[secret] != nil }
        }

        /// The teams, oldest first.
        public var teams: [Team] { state.withLock { $0.teams } }
        /// All live keys, oldest first.
        public var apiKeys: [APIKey] { state.withLock { $0.keys } }

        /// Adds a team.
        ///
        /// - Parameters:
        ///   - id: The team's id: any string.
        ///   - name: The team's name.
        /// - Returns: The team.
        @discardableResult
        public func addTeam(id: String, name: String) -> Team {
            state.withLock { state in
                let team = Team(id: id, name: name, isDefault: false, created: state.source.now())
                state.teams.append(team)
                return team
            }
        }

        /// Adds a key, which is a credential from now on.
        ///
        /// - Parameters:
        ///   - type: What the key may do, such as `PERSONAL`.
        ///   - name: The key's name.
        ///   - modelIDs: The models that the key is limited to.
        ///   - teamName: The name of the key's team.
        /// - Returns: The key.
        @discardableResult
        public func addAPIKey(
            type: String = "PERSONAL", name: String? = nil, modelIDs: [String]? = nil, teamName: String? = nil
        ) -> APIKey {
            state.withLock { $0.addKey(type: type, name: name, modelIDs: modelIDs, teamName: teamName) }
        }
    }
}

extension Sandbox.Baseten {
    struct State: Sendable {
        /// Whose credential all calls use.
        static let userID = "user_conformance"

        var source: SandboxSource
        var teams: [Team]
        var keys: [APIKey]
        /// The keys that authenticate, and what each may do.
        var credentials: [Secret: String]

        mutating func addKey(type: String, name: String?, modelIDs: [String]?, teamName: String?) -> APIKey {
            let hasSlash = name?.hasPrefix("slash-") ?? false
            let parts = (source.token(4), source.token(4))
            let prefix = hasSlash ? "\(parts.0)/\(parts.1.dropLast())" : parts.0 + parts.1
            let secret = Secret("\(prefix).\(source.token(32))")
            let members: [String: JSONValue] = [
                "prefix": .string(prefix), "type": .string(type), "name": .optional(name),
                "model_ids": modelIDs.map { .strings($0) } ?? .null, "team_name": .optional(teamName),
                "owner": .object(["user_id": .string(Self.userID), "email": .null]),
                "created_at": source.now().value, "last_used_at": .null,
            ]
            let key = APIKey(members: members, apiKey: secret)
            keys.append(key)
            credentials[secret] = type
            return key
        }

        /// The team with this id.
        ///
        /// - Throws: ``Refusal`` with 404.
        func team(_ id: String) throws -> Team {
            guard let team = teams.first(where: { $0.id == id }) else { throw Refusal(404, "team not found") }
            return team
        }
    }

    private static let seeds = [
        APIKey(
            members: [
                "prefix": .string("seedfull"), "type": .string("WORKSPACE_INVOKE"),
                "name": .string("seeded with everything"), "model_ids": .strings(["model_1", "model_2"]),
                "team_name": .string("Default"),
                "owner": .object([
                    "user_id": .string("user_other"), "email": .string("grace@example.com"), "name": .string("Grace"),
                ]),
            ]),
        APIKey(
            members: [
                "prefix": .string("seednull"), "type": .string("PERSONAL"), "name": .null, "model_ids": .null,
                "team_name": .null, "owner": .null,
            ]),
        APIKey(members: ["prefix": .string("seedbare"), "type": .string("ROUTES")]),
    ]
}
