public import APIKeys
public import Foundation

extension Sandbox {
    /// Junction's state, without going through HTTP.
    public var junction: Junction { providers.junction }

    /// Junction in the sandbox: its fixture, its teams and its keys.
    ///
    /// Two teams and five management keys are there from the beginning, one for each kind of creator and one of a kind
    /// that no schema names. A created management key is itself a credential until it is deleted.
    ///
    /// Some answers have to be asked for by a label: a bulk deletion reports a team key `protected-…` as a failure, and
    /// the deletion of a management key `null-…` answers `null`.
    public final class Junction: Sendable {
        /// The management key that may do everything. It is in no list.
        public let managementKey = Secret("mg_conformance")
        /// A genuine management key that every call answers with 403.
        public let forbiddenManagementKey = Secret("mg_forbidden")
        /// The one organization; any other is answered with 404.
        public let organizationID = UUID(high: 0x3c90_c3cc_0d44_4b50, low: 0x8888_8dd2_5736_052a)
        /// The id of the team in the US.
        public let teamID = UUID(high: 0xa1b9_e2d4_5c3f_4e60, low: 0x9a71_0f2d_8c4b_6e11)
        /// The id of the team in the EU.
        public let euTeamID = UUID(high: 0xb2c8_f3e5_6d40_4f71, low: 0x8b82_1e3c_9d5a_7f22)
        /// The integration id of the team in the US: another team with it is answered with 409.
        public let takenIntegrationTeamID = "acme-us"

        let state: Locked<State>

        init(seed: UInt64?) {
            var state = State(source: SandboxSource(seed: seed, name: Self.name), credentials: [managementKey])
            state.teams = [
                Team(
                    id: teamID, name: "Acme US", region: "us", integrationTeamID: takenIntegrationTeamID,
                    createdOn: "2024-05-01T12:00:00+00:00"),
                Team(id: euTeamID, name: "Acme EU", region: "eu", createdOn: "2024-05-02T12:00:00.123456"),
            ]
            state.addSeeds(boundTo: teamID)
            self.state = Locked(state)
        }

        /// The teams, oldest first.
        public var teams: [Team] { state.withLock { $0.teams } }
        /// The live keys of all teams, oldest first.
        public var teamAPIKeys: [TeamAPIKey] { state.withLock { $0.teamAPIKeys } }
        /// The live management keys, oldest first.
        public var managementKeys: [ManagementKey] { state.withLock { $0.managementKeys } }
    }
}
