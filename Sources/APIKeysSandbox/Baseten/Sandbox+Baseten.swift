public import APIKeys
import Foundation

extension Sandbox {
    /// Baseten in the sandbox: its fixture, its teams and its keys.
    ///
    /// Three keys are there from the beginning: `seedfull` has every member of the schema, `seednull` has nulls, and
    /// `seedbare` has only the required members. Each has a date too. A created key is itself a credential until it is
    /// deleted. The prefix of a key whose name begins with `slash-` holds a slash, which has to be percent-encoded in a
    /// path.
    public final class Baseten: Sendable {
        /// The key that may do everything. It is in no list.
        public let apiKey = State.apiKey
        /// A valid key that may not manage keys: every call with it is answered with 403.
        public let forbiddenAPIKey = State.forbiddenAPIKey
        /// The id of the first team.
        public let teamID = State.teamID
        /// The id of the second team, which has to be percent-encoded in a path.
        public let slashTeamID = State.slashTeamID

        let state: Locked<State>

        init(seed: UInt64?) {
            state = Locked(Self.fixture(seed: seed))
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
            state.withLock { $0.addTeam(id: id, name: name) }
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
    struct State: ProviderState {
        static let apiKey = Secret("conform1.baseten-conformance")
        static let forbiddenAPIKey = Secret("invoke01.baseten-without-scope")
        static let teamID = "team_default"
        static let slashTeamID = "abc/def"
        /// Whose credential all calls use.
        static let owner: JSONValue = .object(["user_id": .string("user_conformance"), "email": .null])

        var source: SandboxSource
        var teams: [Team] = []
        var keys: [APIKey] = []
        /// The keys that authenticate, and what each may do.
        var credentials = [apiKey: "WORKSPACE_MANAGE_ALL", forbiddenAPIKey: "WORKSPACE_INVOKE"]

        init(source: SandboxSource) {
            self.source = source
            _ = addTeam(id: Self.teamID, name: "Default", isDefault: true)
            _ = addTeam(id: Self.slashTeamID, name: "Research & Development")
            let grace: [String: JSONValue] = [
                "user_id": .string("user_other"), "email": .string("grace@example.com"), "name": .string("Grace"),
            ]
            // Baseten's own Python client (0.13.1) wants a date on every key.
            keys = [
                APIKey(
                    prefix: "seedfull", type: "WORKSPACE_INVOKE", name: "seeded with everything",
                    modelIDs: ["model_1", "model_2"], teamName: "Default", owner: .object(grace),
                    created: self.source.now(), absent: ["last_used_at"]),
                APIKey(prefix: "seednull", type: "PERSONAL", created: self.source.now(), absent: ["last_used_at"]),
                APIKey(
                    prefix: "seedbare", type: "ROUTES", created: self.source.now(),
                    absent: ["name", "model_ids", "team_name", "owner", "last_used_at"]),
            ]
        }

        mutating func addTeam(id: String, name: String, isDefault: Bool = false) -> Team {
            let team = Team(id: id, name: name, isDefault: isDefault, created: source.now())
            teams.append(team)
            return team
        }

        mutating func addKey(type: String, name: String?, modelIDs: [String]?, teamName: String?) -> APIKey {
            let hasSlash = name?.hasPrefix("slash-") ?? false
            let prefix = hasSlash ? "\(source.token(4))/\(source.token(3))" : source.token(8)
            let secret = Secret("\(prefix).\(source.token(32))")
            let key = APIKey(
                prefix: prefix, type: type, name: name, modelIDs: modelIDs, teamName: teamName, apiKey: secret,
                owner: Self.owner, created: source.now())
            keys.append(key)
            credentials[secret] = type
            return key
        }

        /// The team with this id, or 404.
        func team(_ id: String) throws -> Team { teams[try teams.place(of: id, "team")] }
    }
}
