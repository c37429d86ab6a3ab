extension Secret: Codable {
    /// Reads a secret from a single string.
    ///
    /// - Parameter decoder: The decoder.
    /// - Throws: `DecodingError` where there is no string.
    public init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(String.self))
    }

    /// Writes the secret, in clear, where the encoder opts in; refuses otherwise.
    ///
    /// A model that holds a secret is so kept out of logs, caches and analytics that serialize whatever they are given.
    /// To store one on purpose:
    ///
    /// ```swift
    /// let encoder = JSONEncoder()
    /// encoder.userInfo[.revealsSecrets] = true
    /// ```
    ///
    /// - Parameter encoder: The encoder.
    /// - Throws: `EncodingError` unless the encoder's `userInfo` holds `true` under `.revealsSecrets`.
    public func encode(to encoder: any Encoder) throws {
        guard encoder.userInfo[.revealsSecrets] as? Bool == true else {
            let text = "A secret is encoded only where the encoder's userInfo[.revealsSecrets] is true"
            throw EncodingError.invalidValue(self, .init(codingPath: encoder.codingPath, debugDescription: text))
        }
        var container = encoder.singleValueContainer()
        try container.encode(reveal())
    }
}

extension CodingUserInfoKey {
    // The name is a constant, and the initializer refuses none.
    // swift-format-ignore: NeverForceUnwrap
    /// Set to `true` in an encoder's `userInfo` to let it write every ``Secret`` in clear.
    public static let revealsSecrets = CodingUserInfoKey(rawValue: "APIKeys.revealsSecrets")!
}
