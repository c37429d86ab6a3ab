public import APIKeys
public import Foundation

extension Sandbox {
    /// Junction in the sandbox: its fixture, its teams and its keys.
    ///
    /// Two teams and five management keys are there from the beginning: a key for each kind of creator, and one whose
    /// creator is of a kind that the schema does not name. A created management key is itself a credential until it is
    /// deleted.
    ///
    /// A label can ask for an unusual answer: a bulk deletion reports a team key `protected-…` as a failure, and the
    /// deletion of a management key `null-…` answers `null`.
    public final class Junction: Sendable {
        /// The management key that may do everything. It is in no list.
        public let managementKey = State.managementKey
        /// A valid management key without permissions: every call with it is answered with 403.
        public let forbiddenManagementKey = Secret("mg_forbidden")
        /// The one organization; any other is answered with 404.
        public let organizationID = UUID(high: 0x3c90_c3cc_0d44_4b50, low: 0x8888_8dd2_5736_052a)
        /// The id of the team in the US.
        public let teamID = State.teamID
        /// The id of the team in the EU.
        public let euTeamID = State.euTeamID
        /// The integration id of the team in the US: a request to create another team with it is answered with 409.
        public let takenIntegrationTeamID = State.takenIntegrationTeamID

        let state: Locked<State>
        let pageSize: Int?

        init(seed: UInt64?, pageSize: Int?) {
            self.pageSize = pageSize.map { max($0, 1) }
            state = Locked(Self.fixture(seed: seed))
        }

        func accepts(_ secret: Secret) -> Bool {
            secret == forbiddenManagementKey
                || state.withLock { state in
                    state.credentials.contains(secret) || state.teamAPIKeys.contains { $0.value == secret }
                }
        }

        /// The teams, oldest first.
        public var teams: [Team] { state.withLock { $0.teams } }
        /// The live keys of all teams, oldest first.
        public var teamAPIKeys: [TeamAPIKey] { state.withLock { $0.teamAPIKeys } }
        /// The live management keys, oldest first.
        public var managementKeys: [ManagementKey] { state.withLock { $0.managementKeys } }

        /// Adds a team.
        ///
        /// - Parameters:
        ///   - name: The team's name.
        ///   - region: The team's region: `us` or `eu`.
        ///   - id: The team's id; by default, a new one.
        ///   - integrationTeamID: The id that the team has in another system.
        /// - Returns: The team.
        @discardableResult
        public func addTeam(
            name: String, region: String = "us", id: UUID? = nil, integrationTeamID: String? = nil
        ) -> Team {
            state.withLock { $0.addTeam(name: name, region: region, id: id, integrationTeamID: integrationTeamID) }
        }

        /// Adds a team API key.
        ///
        /// - Parameters:
        ///   - label: The key's label.
        ///   - teamID: The team that the key is for; by default, ``teamID``.
        ///   - environment: The environment that the key grants access to: `production` or `sandbox`.
        ///   - region: The region that the key grants access to: `us` or `eu`.
        /// - Returns: The key.
        @discardableResult
        public func addTeamAPIKey(
            label: String, teamID: UUID? = nil, environment: String = "production", region: String = "us"
        ) -> TeamAPIKey {
            state.withLock {
                $0.addTeamAPIKey(
                    label: label, teamID: teamID ?? self.teamID, environment: environment, region: region)
            }
        }

        /// Adds a management key, which is a credential from now on.
        ///
        /// - Parameters:
        ///   - label: The key's label.
        ///   - role: What the key may manage: `org_admin` or `team_admin`.
        ///   - teamIDs: The teams that the key is bound to.
        /// - Returns: The key.
        @discardableResult
        public func addManagementKey(
            label: String, role: String = "org_admin", teamIDs: [UUID]? = nil
        ) -> ManagementKey {
            state.withLock { $0.addManagementKey(label: label, role: role, teamIDs: teamIDs) }
        }
    }
}
