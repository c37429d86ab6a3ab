public import APIKeys
public import Foundation

/// The models of nekuda's API, version 2.
public enum Nekuda {}

extension Nekuda {
    /// An API key without its secret, which is shown once. The response of "Get API Key", version 2.
    public struct APIKey: Codable, Hashable, Sendable, Identifiable {
        /// The key's ID: any text, not a UUID.
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
        /// Whether the key was revoked; `false` if the server doesn't say.
        public var isRevoked: Bool
        /// When the key was revoked.
        public var revokedAt: Date?
        /// When the key was last used.
        public var lastUsedAt: Date?
        /// The key's environment.
        public var environment: String?

        /// Creates a key, for use in tests.
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

        fileprivate enum CodingKeys: String, CodingKey {
            case id, name, description, environment
            case orgID = "org_id"
            case publicKey = "public_key"
            case privateKeyDisplay = "private_key_display"
            case createdAt = "created_at"
            case isRevoked = "is_revoked"
            case revokedAt = "revoked_at"
            case lastUsedAt = "last_used_at"
        }
    }

    /// A new API key with its secret. The response of "Create API Key", version 2.
    ///
    /// The properties of ``apiKey`` are properties of this type too.
    @dynamicMemberLookup
    public struct CreatedAPIKey: Hashable, Sendable, Identifiable, SecretBearing {
        /// The key without its secret, as the list returns it. Holds nothing confidential.
        public var apiKey: APIKey
        /// The private half of the key, shown only once.
        public var privateKey: Secret

        /// Creates a key, for use in tests.
        public init(apiKey: APIKey, privateKey: Secret) {
            self.apiKey = apiKey
            self.privateKey = privateKey
        }

        /// The key's ID.
        public var id: String { apiKey.id }

        /// The private half of the key: ``privateKey``.
        public var secret: Secret { privateKey }

        /// A property of ``apiKey``.
        public subscript<Value>(dynamicMember property: KeyPath<APIKey, Value>) -> Value {
            apiKey[keyPath: property]
        }
    }

    /// An API key that was just revoked. The response of "Revoke API Key", version 2.
    public struct RevokedAPIKey: Codable, Hashable, Sendable, Identifiable {
        /// The key's ID: any text, not a UUID.
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
        /// When the key was last used.
        public var lastUsedAt: Date?

        /// Creates a key, for use in tests.
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

        private enum CodingKeys: String, CodingKey {
            case id, name, description
            case orgID = "org_id"
            case isRevoked = "is_revoked"
            case createdAt = "created_at"
            case expiresAt = "expires_at"
            case lastUsedAt = "last_used_at"
        }
    }
}

extension KeyedDecodingContainer<Nekuda.APIKey.CodingKeys> {
    /// Reads `is_revoked`, which has a default.
    fileprivate func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool {
        try decodeIfPresent(type, forKey: key) ?? false
    }
}

// By hand: one object on the wire, the listed key's members and the secret.
extension Nekuda.CreatedAPIKey: Codable {
    private enum CodingKeys: String, CodingKey {
        case privateKey = "private_key"
    }

    /// Decodes the API's JSON.
    public init(from decoder: any Decoder) throws {
        apiKey = try Nekuda.APIKey(from: decoder)
        privateKey = try decoder.container(keyedBy: CodingKeys.self).decode(Secret.self, forKey: .privateKey)
    }

    /// Encodes the API's JSON. Throws unless the encoder opts in to secrets.
    public func encode(to encoder: any Encoder) throws {
        try apiKey.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(privateKey, forKey: .privateKey)
    }
}
