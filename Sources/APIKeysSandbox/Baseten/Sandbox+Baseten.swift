public import APIKeys
import Foundation

extension Sandbox {
    /// Baseten's state, without going through HTTP.
    public var baseten: Baseten { providers.baseten }

    /// Baseten in the sandbox: its fixture, its teams and its keys.
    ///
    /// Three keys are there from the beginning: `seedfull` has all members, `seednull` has nulls, and `seedbare` has the
    /// required members alone. A created key is itself a credential until it is deleted. The prefix of a key whose name
    /// begins with `slash-` holds a slash, which a path has to encode.
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

        init(seed: UInt64?) {
            var source = SandboxSource(seed: seed, name: Self.name)
            let teams = [
                Team(id: teamID, name: "Default", isDefault: true, created: source.now()),
                Team(id: slashTeamID, name: "Research & Development", isDefault: false, created: source.now()),
            ]
            let credentials = [apiKey: "WORKSPACE_MANAGE_ALL", forbiddenAPIKey: "WORKSPACE_INVOKE"]
            state = Locked(State(source: source, teams: teams, keys: Self.seeds, credentials: credentials))
        }

        /// The teams, oldest first.
        public var teams: [Team] { state.withLock { $0.teams } }
        /// All live keys, oldest first.
        public var apiKeys: [APIKey] { state.withLock { $0.keys } }
    }
}

extension Sandbox.Baseten {
    struct State: Sendable {
        var source: SandboxSource
        var teams: [Team]
        var keys: [APIKey]
        /// The keys that authenticate, and what each may do.
        var credentials: [Secret: String]

        /// The team with this id.
        ///
        /// - Throws: ``Refusal`` with 404.
        func team(_ id: String) throws -> Team {
            guard let team = teams.first(where: { $0.id.isSame(as: id) }) else {
                throw Refusal(404, "team not found")
            }
            return team
        }
    }

    private static let seeds = [
        APIKey(
            members: [
                "prefix": "seedfull", "type": "WORKSPACE_INVOKE", "name": "seeded with everything",
                "model_ids": ["model_1", "model_2"], "team_name": "Default",
                "owner": ["user_id": "user_other", "email": "grace@example.com", "name": "Grace"],
            ]),
        APIKey(
            members: [
                "prefix": "seednull", "type": "PERSONAL", "name": .null, "model_ids": .null, "team_name": .null,
                "owner": .null,
            ]),
        APIKey(members: ["prefix": "seedbare", "type": "ROUTES"]),
    ]
}
