import APIKeys
public import Foundation

extension Nekuda {
    /// An API key without its secret, which is shown once. The response of "Get API Key", version 2.
    public struct APIKey: Hashable, Sendable, Identifiable {
        /// The key's id: any text, not a UUID.
        public var id: String
        /// The organization that the key belongs to.
        public var orgID: UUID
        /// The key's name.
        public var name: String
        /// The public half of the key.
        public var publicKey: String
        /// The private half of the key, masked.
        public var privateKeyDisplay: String
        /// When the key was created.
        public var createdAt: Date
        /// What the key is for.
        public var description: String?
        /// Whether the key was revoked; `false` where the server does not say.
        public var isRevoked: Bool
        /// When the key was revoked.
        public var revokedAt: Date?
        /// When the key was used last.
        public var lastUsedAt: Date?
        /// The environment that the key opens.
        public var environment: String?

        /// Makes a key, as a test would.
        ///
        /// - Parameters:
        ///   - id: The key's id.
        ///   - orgID: The organization that the key belongs to.
        ///   - name: The key's name.
        ///   - publicKey: The public half of the key.
        ///   - privateKeyDisplay: The private half of the key, masked.
        ///   - createdAt: When the key was created.
        ///   - description: What the key is for.
        ///   - isRevoked: Whether the key was revoked.
        ///   - revokedAt: When the key was revoked.
        ///   - lastUsedAt: When the key was used last.
        ///   - environment: The environment that the key opens.
        public init(
            id: String,
            orgID: UUID,
            name: String,
            publicKey: String,
            privateKeyDisplay: String,
            createdAt: Date,
            description: String? = nil,
            isRevoked: Bool = false,
            revokedAt: Date? = nil,
            lastUsedAt: Date? = nil,
            environment: String? = nil
        ) {
            self.id = id
            self.orgID = orgID
            self.name = name
            self.publicKey = publicKey
            self.privateKeyDisplay = privateKeyDisplay
            self.createdAt = createdAt
            self.description = description
            self.isRevoked = isRevoked
            self.revokedAt = revokedAt
            self.lastUsedAt = lastUsedAt
            self.environment = environment
        }
    }
}

extension Nekuda.APIKey: Codable {
    private enum CodingKeys: String, CodingKey {
        case id, name, description, environment
        case orgID = "org_id"
        case publicKey = "public_key"
        case privateKeyDisplay = "private_key_display"
        case createdAt = "created_at"
        case isRevoked = "is_revoked"
        case revokedAt = "revoked_at"
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
        publicKey = try container.decode(String.self, forKey: .publicKey)
        privateKeyDisplay = try container.decode(String.self, forKey: .privateKeyDisplay)
        createdAt = try container.decodeTimestamp(forKey: .createdAt)
        description = try container.decodeIfPresent(String.self, forKey: .description)
        isRevoked = try container.decodeIfPresent(Bool.self, forKey: .isRevoked) ?? false
        revokedAt = try container.decodeTimestampIfPresent(forKey: .revokedAt)
        lastUsedAt = try container.decodeTimestampIfPresent(forKey: .lastUsedAt)
        environment = try container.decodeIfPresent(String.self, forKey: .environment)
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
        try container.encode(publicKey, forKey: .publicKey)
        try container.encode(privateKeyDisplay, forKey: .privateKeyDisplay)
        try container.encodeTimestamp(createdAt, forKey: .createdAt)
        try container.encodeIfPresent(description, forKey: .description)
        try container.encode(isRevoked, forKey: .isRevoked)
        try container.encodeTimestampIfPresent(revokedAt, forKey: .revokedAt)
        try container.encodeTimestampIfPresent(lastUsedAt, forKey: .lastUsedAt)
        try container.encodeIfPresent(environment, forKey: .environment)
    }
}
