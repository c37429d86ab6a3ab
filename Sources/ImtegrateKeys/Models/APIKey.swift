import APIKeys
public import Foundation

extension Imtegrate {
    /// An API key without its secret, which is shown once. Schema `ApiKey`.
    public struct APIKey: Hashable, Sendable, Identifiable {
        /// The key's id.
        public var id: UUID
        /// The organization that the key belongs to.
        public var orgID: UUID
        /// The beginning of the key.
        public var prefix: String
        /// The key's name.
        public var name: String
        /// What the key may do.
        public var scopes: [String]
        /// When the key was used last; `nil` where it never was.
        public var lastUsedAt: Date?
        /// When the key was revoked; `nil` where it was not.
        public var revokedAt: Date?
        /// When the key was created.
        public var createdAt: Date

        /// Makes a key, as a test would.
        ///
        /// - Parameters:
        ///   - id: The key's id.
        ///   - orgID: The organization that the key belongs to.
        ///   - prefix: The beginning of the key.
        ///   - name: The key's name.
        ///   - scopes: What the key may do.
        ///   - lastUsedAt: When the key was used last.
        ///   - revokedAt: When the key was revoked.
        ///   - createdAt: When the key was created.
        public init(
            id: UUID,
            orgID: UUID,
            prefix: String,
            name: String,
            scopes: [String],
            lastUsedAt: Date?,
            revokedAt: Date?,
            createdAt: Date
        ) {
            self.id = id
            self.orgID = orgID
            self.prefix = prefix
            self.name = name
            self.scopes = scopes
            self.lastUsedAt = lastUsedAt
            self.revokedAt = revokedAt
            self.createdAt = createdAt
        }
    }
}

extension Imtegrate.APIKey: Codable {
    private enum CodingKeys: String, CodingKey {
        case id, prefix, name, scopes
        case orgID = "org_id"
        case lastUsedAt = "last_used_at"
        case revokedAt = "revoked_at"
        case createdAt = "created_at"
    }

    /// Reads a key from the API's JSON.
    ///
    /// - Parameter decoder: The decoder.
    /// - Throws: `DecodingError` for JSON that does not fit the schema.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(UUID.self, forKey: .id)
        orgID = try container.decode(UUID.self, forKey: .orgID)
        prefix = try container.decode(String.self, forKey: .prefix)
        name = try container.decode(String.self, forKey: .name)
        scopes = try container.decode([String].self, forKey: .scopes)
        lastUsedAt = try container.decodeNullableTimestamp(forKey: .lastUsedAt)
        revokedAt = try container.decodeNullableTimestamp(forKey: .revokedAt)
        createdAt = try container.decodeTimestamp(forKey: .createdAt)
    }

    /// Writes the API's JSON.
    ///
    /// - Parameter encoder: The encoder.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeUUID(id, forKey: .id)
        try container.encodeUUID(orgID, forKey: .orgID)
        try container.encode(prefix, forKey: .prefix)
        try container.encode(name, forKey: .name)
        try container.encode(scopes, forKey: .scopes)
        try container.encodeNullableTimestamp(lastUsedAt, forKey: .lastUsedAt)
        try container.encodeNullableTimestamp(revokedAt, forKey: .revokedAt)
        try container.encodeTimestamp(createdAt, forKey: .createdAt)
    }
}
