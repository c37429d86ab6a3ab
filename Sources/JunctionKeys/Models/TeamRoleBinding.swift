import APIKeys
public import Foundation

extension Junction {
    /// A team that a management key is bound to. Schema `TeamRoleBinding`.
    public struct TeamRoleBinding: Hashable, Sendable {
        /// The team.
        public var teamID: UUID

        /// Makes a binding.
        ///
        /// - Parameter teamID: The team.
        public init(teamID: UUID) {
            self.teamID = teamID
        }
    }
}

extension Junction.TeamRoleBinding: Codable {
    private enum CodingKeys: String, CodingKey {
        case teamID = "team_id"
    }

    /// Reads a binding from the API's JSON.
    ///
    /// - Parameter decoder: The decoder.
    /// - Throws: `DecodingError` for JSON that does not fit the schema.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        teamID = try container.decode(UUID.self, forKey: .teamID)
    }

    /// Writes the API's JSON.
    ///
    /// - Parameter encoder: The encoder.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeUUID(teamID, forKey: .teamID)
    }
}
