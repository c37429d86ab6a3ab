/// A secret, such as an API key. Only ``reveal()`` returns it; nothing prints it.
///
/// Every printed form is `Secret(redacted)`: `print`, string interpolation, `debugPrint`, `dump` and `Mirror`, also
/// when the secret is part of another value. The time it takes to compare two secrets doesn't depend on where they
/// differ.
public struct Secret: Hashable, Sendable {
    private let value: String

    /// Wraps a secret.
    ///
    /// - Parameter value: The secret as the provider issued it.
    public init(_ value: String) {
        self.value = value
    }

    /// Returns the secret itself. Store it or send it; never log it.
    public func reveal() -> String {
        value
    }

    /// Compares two secrets by their bytes, in a time that depends only on their lengths.
    public static func == (one: Secret, other: Secret) -> Bool {
        let (left, right) = (one.value.utf8, other.value.utf8)
        guard left.count == right.count else { return false }
        var difference: UInt8 = 0
        for (a, b) in zip(left, right) { difference |= a ^ b }
        return difference == 0
    }

    /// Feeds the secret's bytes to the hasher.
    public func hash(into hasher: inout Hasher) {
        for byte in value.utf8 { hasher.combine(byte) }
    }
}

extension Secret: OneDescription, Opaque {
    /// Always `Secret(redacted)`.
    public var description: String { "Secret(redacted)" }
}

/// A credential that does not change.
extension Secret: CredentialSource {
    /// The secret itself.
    public func credential() -> Secret { self }

    /// Does nothing: the credential never changes.
    public func invalidate(_ rejected: Secret) {}
}

extension Secret: Codable {
    /// Decodes a secret from a single string.
    public init(from decoder: any Decoder) throws {
        // What was repaired in a text is no longer the secret.
        if let decoder = decoder as? JSONNodeDecoder, !decoder.isExact {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "The text is not well-formed."))
        }
        self.init(try decoder.singleValueContainer().decode(String.self))
    }

    /// Encodes the secret in clear if the encoder opts in, and throws otherwise.
    ///
    /// This keeps a model that holds a secret out of logs, caches and analytics that serialize everything they are
    /// given. To store one on purpose:
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
            let text = "A secret is encoded only if the encoder's userInfo[.revealsSecrets] is true"
            throw EncodingError.invalidValue(self, .init(codingPath: encoder.codingPath, debugDescription: text))
        }
        var container = encoder.singleValueContainer()
        try container.encode(reveal())
    }
}

extension CodingUserInfoKey {
    // The name is a constant, and the initializer refuses none.
    // swift-format-ignore: NeverForceUnwrap
    /// Set to `true` in an encoder's `userInfo` to let it encode every ``Secret`` in clear.
    public static let revealsSecrets = CodingUserInfoKey(rawValue: "APIKeys.revealsSecrets")!
}

/// A model that holds a key or a token. ``secret`` returns it, whatever the provider calls it.
public protocol SecretBearing {
    /// The key or token itself.
    var secret: Secret { get }
}
