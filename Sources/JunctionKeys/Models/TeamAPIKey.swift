public import APIKeys
public import Foundation

extension Junction {
    /// An API key of a team. Schema `ClientFacingTeamAPIKey`.
    public struct TeamAPIKey: Hashable, Sendable, Identifiable {
        /// The key's id.
        public var id: UUID
        /// The key's label.
        public var label: String
        /// The key itself.
        public var value: Secret
        /// The team that the key is for.
        public var teamID: UUID
        /// When the key was created.
        public var createdAt: Date

        /// Makes a key, as a test would.
        ///
        /// - Parameters:
        ///   - id: The key's id.
        ///   - label: The key's label.
        ///   - value: The key itself.
        ///   - teamID: The team that the key is for.
        ///   - createdAt: When the key was created.
        public init(id: UUID, label: String, value: Secret, teamID: UUID, createdAt: Date) {
            self.id = id
            self.label = label
            self.value = value
            self.teamID = teamID
            self.createdAt = createdAt
        }
    }
}

extension Junction.TeamAPIKey: Codable {
    private enum CodingKeys: String, CodingKey {
        case id, label, value
        case teamID = "team_id"
        case createdAt = "created_at"
    }

    /// Reads a key from the API's JSON.
    ///
    /// - Parameter decoder: The decoder.
    /// - Throws: `DecodingError` for JSON that does not fit the schema.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(UUID.self, forKey: .id)
        label = try container.decode(String.self, forKey: .label)
        value = try container.decode(Secret.self, forKey: .value)
        teamID = try container.decode(UUID.self, forKey: .teamID)
        createdAt = try container.decodeTimestamp(forKey: .createdAt)
    }

    /// Writes the API's JSON, the secret included where the encoder opts in.
    ///
    /// - Parameter encoder: The encoder.
    /// - Throws: `EncodingError` where the encoder's `userInfo` does not let secrets out.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeUUID(id, forKey: .id)
        try container.encode(label, forKey: .label)
        try container.encode(value, forKey: .value)
        try container.encodeUUID(teamID, forKey: .teamID)
        try container.encodeTimestamp(createdAt, forKey: .createdAt)
    }
}
