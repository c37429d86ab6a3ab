public import APIKeys

extension Junction {
    /// A token that grants access to a team's API for a limited time. The response of `create_api_access_token`.
    public struct TeamAccessToken: Hashable, Sendable, SecretBearing {
        /// The token itself.
        public var accessToken: Secret
        /// The token's lifetime, counted from its creation; whole seconds on the wire.
        public var expiresIn: Duration

        /// Creates a token, for use in tests.
        public init(accessToken: Secret, expiresIn: Duration) {
            self.accessToken = accessToken
            self.expiresIn = expiresIn
        }

        /// The token itself: ``accessToken``.
        public var secret: Secret { accessToken }
    }
}

// By hand: on the wire, the lifetime is a number of seconds.
extension Junction.TeamAccessToken: Codable {
    private enum CodingKeys: String, CodingKey {
        case accessToken = "access_token"
        case expiresIn = "expires_in"
    }

    /// Decodes the API's JSON.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        accessToken = try container.decode(Secret.self, forKey: .accessToken)
        expiresIn = .seconds(try container.decode(Int64.self, forKey: .expiresIn))
    }

    /// Encodes the API's JSON, without fractions of a second. Throws unless the encoder opts in to secrets.
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
