public import APIKeys
public import Foundation

extension Imtegrate {
    /// An API key without its secret, which is shown once. Schema `ApiKey`.
    public struct APIKey: Codable, Hashable, Sendable, Identifiable {
        /// The key's ID.
        public var id: UUID
        /// The organization that the key belongs to.
        public var orgID: UUID
        /// The beginning of the key.
        public var prefix: String
        /// The key's name.
        public var name: String
        /// What the key may do.
        public var scopes: [String]
        /// When the key was last used, or `nil` if never.
        public var lastUsedAt: Date?
        /// When the key was revoked, or `nil` if it wasn't.
        public var revokedAt: Date?
        /// When the key was created.
        public var createdAt: Date

        /// Creates a key, for use in tests.
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

        private enum CodingKeys: String, NullableKey {
            case id, prefix, name, scopes
            case orgID = "org_id"
            case lastUsedAt = "last_used_at"
            case revokedAt = "revoked_at"
            case createdAt = "created_at"
        }
    }

    /// A new API key with its secret. Schema `ApiKeyCreated`.
    ///
    /// The properties of ``apiKey`` are properties of this type too.
    @dynamicMemberLookup
    public struct CreatedAPIKey: Hashable, Sendable, Identifiable, SecretBearing {
        /// The key without its secret, as the list returns it. Holds nothing confidential.
        public var apiKey: APIKey
        /// The key itself, shown only once.
        public var token: Secret

        /// Creates a key, for use in tests.
        public init(apiKey: APIKey, token: Secret) {
            self.apiKey = apiKey
            self.token = token
        }

        /// The key's ID.
        public var id: UUID { apiKey.id }

        /// The key itself: ``token``.
        public var secret: Secret { token }

        /// The key's environment, read from the beginning of the token, `ik_test_` or `ik_live_`; `nil` for any other.
        /// No response states the environment.
        public var environment: Environment? {
            [Environment.test, .live].first { token.reveal().hasPrefix("ik_\($0.rawValue)_") }
        }

        /// A property of ``apiKey``.
        public subscript<Value>(dynamicMember property: KeyPath<APIKey, Value>) -> Value {
            apiKey[keyPath: property]
        }
    }
}

// By hand: one object on the wire, the listed key's members and the secret.
extension Imtegrate.CreatedAPIKey: Codable {
    private enum CodingKeys: String, CodingKey {
        case token
    }

    /// Decodes the API's JSON.
    public init(from decoder: any Decoder) throws {
        apiKey = try Imtegrate.APIKey(from: decoder)
        token = try decoder.container(keyedBy: CodingKeys.self).decode(Secret.self, forKey: .token)
    }

    /// Encodes the API's JSON. Throws unless the encoder opts in to secrets.
    public func encode(to encoder: any Encoder) throws {
        try apiKey.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(token, forKey: .token)
    }
}
