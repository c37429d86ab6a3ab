public import APIKeys

extension Baseten {
    /// A new API key: its secret, and nothing else. Schema `APIKeyV1`.
    public struct APIKey: Codable, Hashable, Sendable, SecretBearing {
        /// The key itself, shown only once.
        public var apiKey: Secret

        /// Creates a key, for use in tests.
        public init(apiKey: Secret) {
            self.apiKey = apiKey
        }

        /// The key itself: ``apiKey``.
        public var secret: Secret { apiKey }

        /// The ID of the key for the list and for ``BasetenClient/deleteAPIKey(prefix:options:)``: the text before its
        /// first dot.
        ///
        /// Baseten doesn't promise this form. `nil` if the key has no dot, or nothing before it.
        public var prefix: String? {
            let key = apiKey.reveal().unicodeScalars
            guard let dot = key.firstIndex(of: "."), dot > key.startIndex else { return nil }
            return String(key[..<dot])
        }

        private enum CodingKeys: String, CodingKey {
            case apiKey = "api_key"
        }
    }

    /// An API key without its secret, as the list returns it. Schema `APIKeyInfo`.
    public struct APIKeyInfo: Codable, Hashable, Sendable, Identifiable {
        /// The beginning of the key, by which ``BasetenClient/deleteAPIKey(prefix:options:)`` deletes it.
        public var prefix: String
        /// What the key may do.
        public var type: APIKeyCategory
        /// The key's name.
        public var name: String?
        /// The models that the key is limited to.
        public var modelIDs: [String]?
        /// The name of the key's team.
        public var teamName: String?
        /// The key's owner.
        public var owner: Owner?

        /// Creates a key, for use in tests.
        public init(
            prefix: String,
            type: APIKeyCategory,
            name: String? = nil,
            modelIDs: [String]? = nil,
            teamName: String? = nil,
            owner: Owner? = nil
        ) {
            self.prefix = prefix
            self.type = type
            self.name = name
            self.modelIDs = modelIDs
            self.teamName = teamName
            self.owner = owner
        }

        /// The key's ID: ``prefix``.
        public var id: String { prefix }

        private enum CodingKeys: String, CodingKey {
            case prefix, type, name, owner
            case modelIDs = "model_ids"
            case teamName = "team_name"
        }
    }

    /// The owner of an API key. The `owner` of the schema `APIKeyInfo`.
    public struct Owner: Codable, Hashable, Sendable {
        /// The user's ID.
        public var userID: String
        /// The user's email address.
        public var email: String?
        /// The user's name.
        public var name: String?

        /// Creates an owner, for use in tests.
        public init(userID: String, email: String? = nil, name: String? = nil) {
            self.userID = userID
            self.email = email
            self.name = name
        }

        private enum CodingKeys: String, CodingKey {
            case email, name
            case userID = "user_id"
        }
    }
}
