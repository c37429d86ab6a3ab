public import APIKeys
public import Foundation

extension Junction {
    /// A management key that was just created, with its secret. The response of `create_management_key`.
    public struct CreatedManagementKey: Hashable, Sendable, Identifiable {
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
        /// The key itself, shown this once.
        public var key: Secret

        /// Makes a key, as a test would.
        ///
        /// - Parameters:
        ///   - id: The key's id.
        ///   - label: The key's label.
        ///   - createdAt: When the key was created.
        ///   - creator: Who created the key.
        ///   - role: What the key may manage.
        ///   - teamRoleBindings: The teams that the key is bound to.
        ///   - key: The key itself.
        public init(
            id: UUID,
            label: String,
            createdAt: Date,
            creator: Creator,
            role: Role,
            teamRoleBindings: [TeamRoleBinding]?,
            key: Secret
        ) {
            self.id = id
            self.label = label
            self.createdAt = createdAt
            self.creator = creator
            self.role = role
            self.teamRoleBindings = teamRoleBindings
            self.key = key
        }

        /// The same key without its secret, as the list has it: what may be kept in the open.
        public var managementKey: ManagementKey {
            ManagementKey(
                id: id, label: label, createdAt: createdAt, creator: creator, role: role,
                teamRoleBindings: teamRoleBindings)
        }
    }
}

extension Junction.CreatedManagementKey: Codable {
    private enum CodingKeys: String, CodingKey {
        case key
    }

    /// Reads a key from the API's JSON.
    ///
    /// - Parameter decoder: The decoder.
    /// - Throws: `DecodingError` for JSON that does not fit the schema.
    public init(from decoder: any Decoder) throws {
        let listed = try Junction.ManagementKey(from: decoder)
        self.init(
            id: listed.id, label: listed.label, createdAt: listed.createdAt, creator: listed.creator,
            role: listed.role, teamRoleBindings: listed.teamRoleBindings,
            key: try decoder.container(keyedBy: CodingKeys.self).decode(Secret.self, forKey: .key))
    }

    /// Writes the API's JSON, the secret included where the encoder opts in.
    ///
    /// - Parameter encoder: The encoder.
    /// - Throws: `EncodingError` where the encoder's `userInfo` does not let secrets out.
    public func encode(to encoder: any Encoder) throws {
        try managementKey.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(key, forKey: .key)
    }
}
