public import APIKeys
public import Foundation

extension Nekuda {
    /// An API key that was just created, with its secret. The response of "Create API Key", version 2.
    public struct CreatedAPIKey: Hashable, Sendable, Identifiable {
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
        /// The private half of the key, shown this once.
        public var privateKey: Secret

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
        ///   - privateKey: The private half of the key.
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
            environment: String? = nil,
            privateKey: Secret
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
            self.privateKey = privateKey
        }

        /// The same key without its secret, as the list has it: what may be kept in the open.
        public var apiKey: APIKey {
            APIKey(
                id: id, orgID: orgID, name: name, publicKey: publicKey, privateKeyDisplay: privateKeyDisplay,
                createdAt: createdAt, description: description, isRevoked: isRevoked, revokedAt: revokedAt,
                lastUsedAt: lastUsedAt, environment: environment)
        }
    }
}

extension Nekuda.CreatedAPIKey: Codable {
    private enum CodingKeys: String, CodingKey {
        case privateKey = "private_key"
    }

    /// Reads a key from the API's JSON.
    ///
    /// - Parameter decoder: The decoder.
    /// - Throws: `DecodingError` for JSON that does not fit the schema.
    public init(from decoder: any Decoder) throws {
        let listed = try Nekuda.APIKey(from: decoder)
        self.init(
            id: listed.id, orgID: listed.orgID, name: listed.name, publicKey: listed.publicKey,
            privateKeyDisplay: listed.privateKeyDisplay, createdAt: listed.createdAt, description: listed.description,
            isRevoked: listed.isRevoked, revokedAt: listed.revokedAt, lastUsedAt: listed.lastUsedAt,
            environment: listed.environment,
            privateKey: try decoder.container(keyedBy: CodingKeys.self).decode(Secret.self, forKey: .privateKey))
    }

    /// Writes the API's JSON, the secret included where the encoder opts in.
    ///
    /// - Parameter encoder: The encoder.
    /// - Throws: `EncodingError` where the encoder's `userInfo` does not let secrets out.
    public func encode(to encoder: any Encoder) throws {
        try apiKey.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(privateKey, forKey: .privateKey)
    }
}
