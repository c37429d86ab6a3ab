import APIKeys
public import Foundation

extension Baseten {
    /// A team. Schema `Team`.
    public struct Team: Hashable, Sendable, Identifiable {
        /// The team's id: any text, not a UUID.
        public var id: String
        /// The team's name.
        public var name: String
        /// Whether it is the workspace's default team.
        public var `default`: Bool
        /// When the team was created.
        public var createdAt: Date

        /// Makes a team, as a test would.
        ///
        /// - Parameters:
        ///   - id: The team's id.
        ///   - name: The team's name.
        ///   - isDefault: Whether it is the workspace's default team.
        ///   - createdAt: When the team was created.
        public init(id: String, name: String, default isDefault: Bool, createdAt: Date) {
            self.id = id
            self.name = name
            self.default = isDefault
            self.createdAt = createdAt
        }
    }
}

extension Baseten.Team: Codable {
    private enum CodingKeys: String, CodingKey {
        case id, name
        case `default` = "default"
        case createdAt = "created_at"
    }

    /// Reads a team from the API's JSON.
    ///
    /// - Parameter decoder: The decoder.
    /// - Throws: `DecodingError` for JSON that does not fit the schema.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(String.self, forKey: .id)
        name = try container.decode(String.self, forKey: .name)
        `default` = try container.decode(Bool.self, forKey: .default)
        createdAt = try container.decodeTimestamp(forKey: .createdAt)
    }

    /// Writes the API's JSON.
    ///
    /// - Parameter encoder: The encoder.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(name, forKey: .name)
        try container.encode(`default`, forKey: .default)
        try container.encodeTimestamp(createdAt, forKey: .createdAt)
    }
}
