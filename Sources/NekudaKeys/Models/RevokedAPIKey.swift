import APIKeys
public import Foundation

extension Nekuda {
    /// An API key that was just revoked. The response of "Revoke API Key", version 2.
    public struct RevokedAPIKey: Hashable, Sendable, Identifiable {
        /// The key's id: any text, not a UUID.
        public var id: String
        /// The organization that the key belongs to.
        public var orgID: UUID
        /// The key's name.
        public var name: String
        /// Whether the key was revoked.
        public var isRevoked: Bool
        /// When the key was created.
        public var createdAt: Date
        /// What the key was for.
        public var description: String?
        /// When the key would have expired.
        public var expiresAt: Date?
        /// When the key was used last.
        public var lastUsedAt: Date?

        /// Makes a key, as a test would.
        ///
        /// - Parameters:
        ///   - id: The key's id.
        ///   - orgID: The organization that the key belongs to.
        ///   - name: The key's name.
        ///   - isRevoked: Whether the key was revoked.
        ///   - createdAt: When the key was created.
        ///   - description: What the key was for.
        ///   - expiresAt: When the key would have expired.
        ///   - lastUsedAt: When the key was used last.
        public init(
            id: String,
            orgID: UUID,
            name: String,
            isRevoked: Bool,
            createdAt: Date,
            description: String? = nil,
            expiresAt: Date? = nil,
            lastUsedAt: Date? = nil
        ) {
            self.id = id
            self.orgID = orgID
            self.name = name
            self.isRevoked = isRevoked
            self.createdAt = createdAt
            self.description = description
            self.expiresAt = expiresAt
            self.lastUsedAt = lastUsedAt
        }
    }
}

extension Nekuda.RevokedAPIKey: Codable {
    private enum CodingKeys: String, CodingKey {
        case id, name, description
        case orgID = "org_id"
        case isRevoked = "is_revoked"
        case createdAt = "created_at"
        case expiresAt = "expires_at"
        case lastUsedAt = "last_used_at"
    }

    /// Reads a key from the API's JSON.
    ///
    /// - Parameter decoder: The decoder.
    /// - Throws: `DecodingError` for JSON that does not fit the schema.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(String.self, forKey: .id)
        orgID = try container.decode(UUID.self, forKey: .orgID)
        name = try container.decode(String.self, forKey: .name)
        isRevoked = try container.decode(Bool.self, forKey: .isRevoked)
        createdAt = try container.decodeTimestamp(forKey: .createdAt)
        description = try container.decodeIfPresent(String.self, forKey: .description)
        expiresAt = try container.decodeTimestampIfPresent(forKey: .expiresAt)
        lastUsedAt = try container.decodeTimestampIfPresent(forKey: .lastUsedAt)
    }

    /// Writes the API's JSON.
    ///
    /// - Parameter encoder: The encoder.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encodeUUID(orgID, forKey: .orgID)
        try container.encode(name, forKey: .name)
        try container.encode(isRevoked, forKey: .isRevoked)
        try container.encodeTimestamp(createdAt, forKey: .createdAt)
        try container.encodeIfPresent(description, forKey: .description)
        try container.encodeTimestampIfPresent(expiresAt, forKey: .expiresAt)
        try container.encodeTimestampIfPresent(lastUsedAt, forKey: .lastUsedAt)
    }
}
