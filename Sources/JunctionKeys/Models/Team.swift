public import APIKeys
public import Foundation

extension Junction {
    /// A team with its settings. Schema `Team`.
    public struct Team: Hashable, Sendable, Identifiable {
        /// The team's id.
        public var id: UUID
        /// The team's name.
        public var name: String
        /// When the team was created.
        public var createdOn: Date
        /// The region that the team's data is kept in.
        public var region: Region
        /// The id that the integration gave the team.
        public var integrationTeamID: String?
        /// The environments that the team has.
        public var environments: [Environment]?
        /// The settings of the team's sandbox, as the server has them.
        public var sandbox: [String: JSONValue]?
        /// The settings of the team's production environment, as the server has them.
        public var production: [String: JSONValue]?

        /// Makes a team, as a test would.
        ///
        /// - Parameters:
        ///   - id: The team's id.
        ///   - name: The team's name.
        ///   - createdOn: When the team was created.
        ///   - region: The region that the team's data is kept in.
        ///   - integrationTeamID: The id that the integration gave the team.
        ///   - environments: The environments that the team has.
        ///   - sandbox: The settings of the team's sandbox.
        ///   - production: The settings of the team's production environment.
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

        /// The team as the list of teams has it.
        public var summary: TeamSummary {
            TeamSummary(
                id: id, name: name, createdOn: createdOn, region: region, integrationTeamID: integrationTeamID)
        }
    }
}

extension Junction.Team: Codable {
    private enum CodingKeys: String, CodingKey {
        case environments, sandbox, production
    }

    /// Reads a team from the API's JSON.
    ///
    /// - Parameter decoder: The decoder.
    /// - Throws: `DecodingError` for JSON that does not fit the schema.
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

    /// Writes the API's JSON.
    ///
    /// - Parameter encoder: The encoder.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        try summary.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(environments, forKey: .environments)
        try container.encode(sandbox, forKey: .sandbox)
        try container.encode(production, forKey: .production)
    }
}
