/// A secret, such as an API key: readable on purpose with ``reveal()``, and by nothing that prints.
///
/// Every printed form is `Secret(redacted)`: `print`, string interpolation, `debugPrint`, `dump` and `Mirror`, also as a
/// part of another value. Two secrets compare in a time that does not depend on where they differ.
public struct Secret: Hashable, Sendable {
    private let value: String

    /// Wraps a secret.
    ///
    /// - Parameter value: The secret as the provider issued it.
    public init(_ value: String) {
        self.value = value
    }

    /// The secret itself. Store it or send it; never log it.
    ///
    /// - Returns: The text that was wrapped.
    public func reveal() -> String {
        value
    }

    /// Whether both are the same, found in a time that depends on their lengths alone.
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

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always `Secret(redacted)`.
    public var description: String { "Secret(redacted)" }

    /// Always `Secret(redacted)`.
    public var debugDescription: String { description }

    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: [:], displayStyle: .struct) }
}
