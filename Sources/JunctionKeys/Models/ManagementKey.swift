import APIKeys
public import Foundation

extension Junction {
    /// A management key without its secret, which is shown once. Schema `ManagementKey`.
    public struct ManagementKey: Hashable, Sendable, Identifiable {
        /// The key's id.
        public var id: UUID
        /// The key's label.
        public var label: String
        /// When the key was created.
        public var createdAt: Date
        /// Who created the key.
        public var creator: Creator
        /// What the key may manage.
        public var role: Role
        /// The teams that the key is bound to; `nil` where the server sends `null`.
        public var teamRoleBindings: [TeamRoleBinding]?

        /// Makes a key, as a test would.
        ///
        /// - Parameters:
        ///   - id: The key's id.
        ///   - label: The key's label.
        ///   - createdAt: When the key was created.
        ///   - creator: Who created the key.
        ///   - role: What the key may manage.
        ///   - teamRoleBindings: The teams that the key is bound to.
        public init(
            id: UUID,
            label: String,
            createdAt: Date,
            creator: Creator,
            role: Role,
            teamRoleBindings: [TeamRoleBinding]?
        ) {
            self.id = id
            self.label = label
            self.createdAt = createdAt
            self.creator = creator
            self.role = role
            self.teamRoleBindings = teamRoleBindings
        }
    }
}

extension Junction.ManagementKey: Codable {
    private enum CodingKeys: String, CodingKey {
        case id, label, creator, role
        case createdAt = "created_at"
        case teamRoleBindings = "team_role_bindings"
    }

    /// Reads a key from the API's JSON.
    ///
    /// - Parameter decoder: The decoder.
    /// - Throws: `DecodingError` for JSON that does not fit the schema.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(UUID.self, forKey: .id)
        label = try container.decode(String.self, forKey: .label)
        createdAt = try container.decodeTimestamp(forKey: .createdAt)
        creator = try container.decode(Junction.Creator.self, forKey: .creator)
        role = try container.decode(Junction.Role.self, forKey: .role)
        teamRoleBindings = try container.decodeNullable([Junction.TeamRoleBinding].self, forKey: .teamRoleBindings)
    }

    /// Writes the API's JSON.
    ///
    /// - Parameter encoder: The encoder.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeUUID(id, forKey: .id)
        try container.encode(label, forKey: .label)
        try container.encodeTimestamp(createdAt, forKey: .createdAt)
        try container.encode(creator, forKey: .creator)
        try container.encode(role, forKey: .role)
        try container.encode(teamRoleBindings, forKey: .teamRoleBindings)
    }
}
