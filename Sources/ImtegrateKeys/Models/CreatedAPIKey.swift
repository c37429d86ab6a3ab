public import APIKeys
public import Foundation

extension Imtegrate {
    /// An API key that was just created, with its secret. Schema `ApiKeyCreated`.
    public struct CreatedAPIKey: Hashable, Sendable, Identifiable {
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
        /// The key itself, shown this once.
        public var token: Secret

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
        ///   - token: The key itself.
        public init(
            id: UUID,
            orgID: UUID,
            prefix: String,
            name: String,
            scopes: [String],
            lastUsedAt: Date?,
            revokedAt: Date?,
            createdAt: Date,
            token: Secret
        ) {
            self.id = id
            self.orgID = orgID
            self.prefix = prefix
            self.name = name
            self.scopes = scopes
            self.lastUsedAt = lastUsedAt
            self.revokedAt = revokedAt
            self.createdAt = createdAt
            self.token = token
        }

        /// The same key without its secret, as the list has it: what may be kept in the open.
        public var apiKey: APIKey {
            APIKey(
                id: id, orgID: orgID, prefix: prefix, name: name, scopes: scopes, lastUsedAt: lastUsedAt,
                revokedAt: revokedAt, createdAt: createdAt)
        }

        /// The environment that the key opens, read off its beginning, `ik_test_` or `ik_live_`; `nil` for any other. No
        /// response states it.
        public var environment: Environment? {
            [Environment.test, .live].first { token.reveal().hasPrefix("ik_\($0.rawValue)_") }
        }
    }
}

extension Imtegrate.CreatedAPIKey: Codable {
    private enum CodingKeys: String, CodingKey {
        case token
    }

    /// Reads a key from the API's JSON.
    ///
    /// - Parameter decoder: The decoder.
    /// - Throws: `DecodingError` for JSON that does not fit the schema.
    public init(from decoder: any Decoder) throws {
        let listed = try Imtegrate.APIKey(from: decoder)
        self.init(
            id: listed.id, orgID: listed.orgID, prefix: listed.prefix, name: listed.name, scopes: listed.scopes,
            lastUsedAt: listed.lastUsedAt, revokedAt: listed.revokedAt, createdAt: listed.createdAt,
            token: try decoder.container(keyedBy: CodingKeys.self).decode(Secret.self, forKey: .token))
    }

    /// Writes the API's JSON, the secret included where the encoder opts in.
    ///
    /// - Parameter encoder: The encoder.
    /// - Throws: `EncodingError` where the encoder's `userInfo` does not let secrets out.
    public func encode(to encoder: any Encoder) throws {
        try apiKey.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(token, forKey: .token)
    }
}
