import APIKeys
public import Foundation

extension Junction {
    /// The team that has an integration's id already. The body of a 409 of
    /// ``JunctionClient/createTeam(name:region:id:integrationTeamID:options:)``:
    ///
    /// ```swift
    /// if error.kind == .conflict, let body = error.responseBody {
    ///     let existing = try JSONDecoder().decode(Junction.ExistingTeam.self, from: body)
    ///     let team = try await junction.team(id: existing.teamID)
    /// }
    /// ```
    public struct ExistingTeam: Hashable, Sendable {
        /// The team.
        public var teamID: UUID

        /// Makes the body, as a test would.
        ///
        /// - Parameter teamID: The team.
        public init(teamID: UUID) {
            self.teamID = teamID
        }
    }
}

extension Junction.ExistingTeam: Codable {
    private enum CodingKeys: String, CodingKey {
        case teamID = "team_id"
    }

    /// Reads the body from the API's JSON.
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
