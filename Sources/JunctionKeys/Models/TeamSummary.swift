import APIKeys
public import Foundation

extension Junction {
    /// A team, as the list of teams has it. Schema `TeamSummary`.
    public struct TeamSummary: Hashable, Sendable, Identifiable {
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

        /// Makes a team, as a test would.
        ///
        /// - Parameters:
        ///   - id: The team's id.
        ///   - name: The team's name.
        ///   - createdOn: When the team was created.
        ///   - region: The region that the team's data is kept in.
        ///   - integrationTeamID: The id that the integration gave the team.
        public init(id: UUID, name: String, createdOn: Date, region: Region, integrationTeamID: String? = nil) {
            self.id = id
            self.name = name
            self.createdOn = createdOn
            self.region = region
            self.integrationTeamID = integrationTeamID
        }
    }
}

extension Junction.TeamSummary: Codable {
    private enum CodingKeys: String, CodingKey {
        case id, name, region
        case createdOn = "created_on"
        case integrationTeamID = "integration_team_id"
    }

    /// Reads a team from the API's JSON.
    ///
    /// - Parameter decoder: The decoder.
    /// - Throws: `DecodingError` for JSON that does not fit the schema.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(UUID.self, forKey: .id)
        name = try container.decode(String.self, forKey: .name)
        createdOn = try container.decodeTimestamp(forKey: .createdOn)
        region = try container.decode(Junction.Region.self, forKey: .region)
        integrationTeamID = try container.decodeIfPresent(String.self, forKey: .integrationTeamID)
    }

    /// Writes the API's JSON.
    ///
    /// - Parameter encoder: The encoder.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeUUID(id, forKey: .id)
        try container.encode(name, forKey: .name)
        try container.encodeTimestamp(createdOn, forKey: .createdOn)
        try container.encode(region, forKey: .region)
        try container.encodeIfPresent(integrationTeamID, forKey: .integrationTeamID)
    }
}
