extension Baseten {
    /// Whose API key it is. The `owner` of the schema `APIKeyInfo`.
    public struct Owner: Hashable, Sendable {
        /// The user's id.
        public var userID: String
        /// The user's e-mail address.
        public var email: String?
        /// The user's name.
        public var name: String?

        /// Makes an owner, as a test would.
        ///
        /// - Parameters:
        ///   - userID: The user's id.
        ///   - email: The user's e-mail address.
        ///   - name: The user's name.
        public init(userID: String, email: String? = nil, name: String? = nil) {
            self.userID = userID
            self.email = email
            self.name = name
        }
    }
}

extension Baseten.Owner: Codable {
    private enum CodingKeys: String, CodingKey {
        case email, name
        case userID = "user_id"
    }

    /// Reads an owner from the API's JSON.
    ///
    /// - Parameter decoder: The decoder.
    /// - Throws: `DecodingError` for JSON that does not fit the schema.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        userID = try container.decode(String.self, forKey: .userID)
        email = try container.decodeIfPresent(String.self, forKey: .email)
        name = try container.decodeIfPresent(String.self, forKey: .name)
    }

    /// Writes the API's JSON.
    ///
    /// - Parameter encoder: The encoder.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(userID, forKey: .userID)
        try container.encodeIfPresent(email, forKey: .email)
        try container.encodeIfPresent(name, forKey: .name)
    }
}
