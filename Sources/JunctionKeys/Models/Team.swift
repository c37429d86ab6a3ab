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
    public struct Team: Hashable, Sendable, Identifiable {
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

// By hand: `sandbox` and `production` are required and may be `null`.
extension Junction.Team: Codable {
    private enum CodingKeys: String, CodingKey {
        case environments, sandbox, production
    }

    /// Decodes the API's JSON.
    public init(from decoder: any Decoder) throws {
        let summary = try Junction.TeamSummary(from: decoder)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            id: summary.id, name: summary.name, createdOn: summary.createdOn, region: summary.region,
            integrationTeamID: summary.integrationTeamID,
            environments: try container.decodeIfPresent([Junction.Environment].self, forKey: .environments),
            sandbox: try container.decodeNullable([String: JSONValue].self, forKey: .sandbox),
            production: try container.decodeNullable([String: JSONValue].self, forKey: .production))
    }

    /// Encodes the API's JSON.
    public func encode(to encoder: any Encoder) throws {
        try summary.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(environments, forKey: .environments)
        try container.encode(sandbox, forKey: .sandbox)
        try container.encode(production, forKey: .production)
    }
}
