public import APIKeys

extension Junction {
    /// A token that opens a team's API for a while. The response of `create_api_access_token`.
    public struct TeamAccessToken: Hashable, Sendable {
        /// The token itself.
        public var accessToken: Secret
        /// How long the token is good for, counted from its creation; whole seconds on the wire.
        public var expiresIn: Duration

        /// Makes a token, as a test would.
        ///
        /// - Parameters:
        ///   - accessToken: The token itself.
        ///   - expiresIn: How long the token is good for.
        public init(accessToken: Secret, expiresIn: Duration) {
            self.accessToken = accessToken
            self.expiresIn = expiresIn
        }
    }
}

extension Junction.TeamAccessToken: Codable {
    private enum CodingKeys: String, CodingKey {
        case accessToken = "access_token"
        case expiresIn = "expires_in"
    }

    /// Reads a token from the API's JSON.
    ///
    /// - Parameter decoder: The decoder.
    /// - Throws: `DecodingError` for JSON that does not fit the schema.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        accessToken = try container.decode(Secret.self, forKey: .accessToken)
        expiresIn = .seconds(try container.decode(Int64.self, forKey: .expiresIn))
    }

    /// Writes the API's JSON, the secret included where the encoder opts in. Parts of a second are left out.
    ///
    /// - Parameter encoder: The encoder.
    /// - Throws: `EncodingError` where the encoder's `userInfo` does not let secrets out.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(accessToken, forKey: .accessToken)
        // Beyond 64 bits of seconds, asking a duration for its components would trap.
        let encodable = Duration.seconds(Int64.min)...Duration.seconds(Int64.max)
        guard encodable.contains(expiresIn) else {
            let context = EncodingError.Context(
                codingPath: encoder.codingPath + [CodingKeys.expiresIn], debugDescription: "The duration is too long.")
            throw EncodingError.invalidValue(expiresIn, context)
        }
        try container.encode(expiresIn.components.seconds, forKey: .expiresIn)
    }
}
