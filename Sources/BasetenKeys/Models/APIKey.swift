public import APIKeys

extension Baseten {
    /// An API key that was just created: its secret, and nothing else. Schema `APIKeyV1`.
    public struct APIKey: Hashable, Sendable {
        /// The key itself, shown this once.
        public var apiKey: Secret

        /// Makes a key, as a test would.
        ///
        /// - Parameter apiKey: The key itself.
        public init(apiKey: Secret) {
            self.apiKey = apiKey
        }

        /// What the list and ``BasetenClient/deleteAPIKey(prefix:options:)`` call the key: the text before its first dot.
        ///
        /// That keys look like this is no promise of Baseten's. `nil` where there is no dot, or nothing before it.
        public var prefix: String? {
            let key = apiKey.reveal().unicodeScalars
            guard let dot = key.firstIndex(of: "."), dot > key.startIndex else { return nil }
            return String(key[..<dot])
        }
    }
}

extension Baseten.APIKey: Codable {
    private enum CodingKeys: String, CodingKey {
        case apiKey = "api_key"
    }

    /// Reads a key from the API's JSON.
    ///
    /// - Parameter decoder: The decoder.
    /// - Throws: `DecodingError` for JSON that does not fit the schema.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        apiKey = try container.decode(Secret.self, forKey: .apiKey)
    }

    /// Writes the API's JSON, the secret included where the encoder opts in.
    ///
    /// - Parameter encoder: The encoder.
    /// - Throws: `EncodingError` where the encoder's `userInfo` does not let secrets out.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(apiKey, forKey: .apiKey)
    }
}
