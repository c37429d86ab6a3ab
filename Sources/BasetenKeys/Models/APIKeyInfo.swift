extension Baseten {
    /// An API key, as the list has it: without its secret. Schema `APIKeyInfo`.
    public struct APIKeyInfo: Hashable, Sendable {
        /// The beginning of the key, by which it is deleted.
        public var prefix: String
        /// What the key may do.
        public var type: APIKeyCategory
        /// The key's name.
        public var name: String?
        /// The models that the key is limited to.
        public var modelIDs: [String]?
        /// The name of the key's team.
        public var teamName: String?
        /// Whose key it is.
        public var owner: Owner?

        /// Makes a key, as a test would.
        ///
        /// - Parameters:
        ///   - prefix: The beginning of the key.
        ///   - type: What the key may do.
        ///   - name: The key's name.
        ///   - modelIDs: The models that the key is limited to.
        ///   - teamName: The name of the key's team.
        ///   - owner: Whose key it is.
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
    }
}

extension Baseten.APIKeyInfo: Codable {
    private enum CodingKeys: String, CodingKey {
        case prefix, type, name, owner
        case modelIDs = "model_ids"
        case teamName = "team_name"
    }

    /// Reads a key from the API's JSON.
    ///
    /// - Parameter decoder: The decoder.
    /// - Throws: `DecodingError` for JSON that does not fit the schema.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        prefix = try container.decode(String.self, forKey: .prefix)
        type = try container.decode(Baseten.APIKeyCategory.self, forKey: .type)
        name = try container.decodeIfPresent(String.self, forKey: .name)
        modelIDs = try container.decodeIfPresent([String].self, forKey: .modelIDs)
        teamName = try container.decodeIfPresent(String.self, forKey: .teamName)
        owner = try container.decodeIfPresent(Baseten.Owner.self, forKey: .owner)
    }

    /// Writes the API's JSON.
    ///
    /// - Parameter encoder: The encoder.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(prefix, forKey: .prefix)
        try container.encode(type, forKey: .type)
        try container.encodeIfPresent(name, forKey: .name)
        try container.encodeIfPresent(modelIDs, forKey: .modelIDs)
        try container.encodeIfPresent(teamName, forKey: .teamName)
        try container.encodeIfPresent(owner, forKey: .owner)
    }
}
