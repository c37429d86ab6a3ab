public import APIKeys
public import Foundation

extension Junction {
    /// A team, as the list of teams returns it. Schema `TeamSummary`.
    public struct TeamSummary: Codable, Hashable, Sendable, Identifiable {
        /// The team's ID.
        public var id: UUID
        /// The team's name.
        public var name: String
        /// When the team was created.
        public var createdOn: Date
        /// The region that stores the team's data.
        public var region: Region
        /// The ID that the integration gave the team.
        public var integrationTeamID: String?

        /// Creates a team, for use in tests.
        public init(id: UUID, name: String, createdOn: Date, region: Region, integrationTeamID: String? = nil) {
            self.id = id
            self.name = name
            self.createdOn = createdOn
            self.region = region
            self.integrationTeamID = integrationTeamID
        }

        private enum CodingKeys: String, CodingKey {
            case id, name, region
            case createdOn = "created_on"
            case integrationTeamID = "integration_team_id"
        }
    }

    /// A team with its settings. Schema `Team`.
    public struct Team: Codable, Hashable, Sendable, Identifiable {
        /// The team's ID.
        public var id: UUID
        /// The team's name.
        public var name: String
        /// When the team was created.
        public var createdOn: Date
        /// The region that stores the team's data.
        public var region: Region
        /// The ID that the integration gave the team.
        public var integrationTeamID: String?
        /// The team's environments.
        public var environments: [Environment]?
        /// The settings of the team's sandbox, as the server sends them.
        public var sandbox: [String: JSONValue]?
        /// The settings of the team's production environment, as the server sends them.
        public var production: [String: JSONValue]?

        /// Creates a team, for use in tests.
        public init(
            id: UUID,
            name: String,
            createdOn: Date,
            region: Region,
            integrationTeamID: String? = nil,
            environments: [Environment]? = nil,
            sandbox: [String: JSONValue]?,
            production: [String: JSONValue]?
        ) {
            self.id = id
            self.name = name
            self.createdOn = createdOn
            self.region = region
            self.integrationTeamID = integrationTeamID
            self.environments = environments
            self.sandbox = sandbox
            self.production = production
        }

        fileprivate enum CodingKeys: String, CodingKey {
            case id, name, region, environments, sandbox, production
            case createdOn = "created_on"
            case integrationTeamID = "integration_team_id"
        }

        /// The team, as the list of teams returns it.
        public var summary: TeamSummary {
            TeamSummary(
                id: id, name: name, createdOn: createdOn, region: region, integrationTeamID: integrationTeamID)
        }
    }

    /// The team that already has the integration's ID. The body of a 409 of
    /// ``JunctionClient/createTeam(name:region:id:integrationTeamID:options:)``:
    ///
    /// ```swift
    /// if error.kind == .conflict {
    ///     let existing = try error.decodeResponseBody(as: Junction.ExistingTeam.self)
    ///     let team = try await junction.team(id: existing.teamID)
    /// }
    /// ```
    public struct ExistingTeam: Codable, Hashable, Sendable {
        /// The team.
        public var teamID: UUID

        /// Creates a body, for use in tests.
        public init(teamID: UUID) {
            self.teamID = teamID
        }

        private enum CodingKeys: String, CodingKey {
            case teamID = "team_id"
        }
    }
}

extension KeyedDecodingContainer<Junction.Team.CodingKeys> {
    /// Reads `sandbox` or `production`, which may be `null`, but not absent.
    fileprivate func decodeIfPresent(_ type: [String: JSONValue].Type, forKey key: Key) throws -> [String: JSONValue]? {
        try decodeNullable(type, forKey: key)
    }
}

extension KeyedEncodingContainer<Junction.Team.CodingKeys> {
    /// Writes `sandbox` or `production`, or `null`.
    fileprivate mutating func encodeIfPresent(_ value: [String: JSONValue]?, forKey key: Key) throws {
        try encode(value, forKey: key)
    }
}
