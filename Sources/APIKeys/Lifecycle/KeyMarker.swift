/// A short text in the labels of the keys of one call, by which they can be found again.
///
/// The key that ``KeyRing/createOnce(label:marker:settling:options:)`` creates for the label `ci` is labelled
/// `ci #k7f3q9d2`; a second and a third one of the same call `ci #k7f3q9d2.2` and `ci #k7f3q9d2.3`.
public struct KeyMarker: Hashable, Sendable, CustomStringConvertible {
    /// The marker's text, without the `#`.
    public let description: String

    /// Creates a marker; `nil` unless the text has 4 to 16 characters, each one of a–z and 0–9.
    ///
    /// - Parameter text: The text, without the `#`.
    public init?(_ text: String) {
        guard (4...16).contains(text.utf8.count), text.utf8.allSatisfy(Self.characters.contains) else { return nil }
        description = text
    }

    private init(characters: [UInt8]) {
        description = String(decoding: characters, as: UTF8.self)
    }

    /// A random marker of 8 characters.
    ///
    /// - Returns: The marker.
    public static func random() -> KeyMarker {
        KeyMarker(characters: (0..<8).map { _ in characters[Int.random(in: characters.indices)] })
    }

    private static let characters = Array("abcdefghijklmnopqrstuvwxyz0123456789".utf8)
}

extension KeyMarker: Codable {
    /// Reads a marker from a single string.
    ///
    /// - Parameter decoder: The decoder.
    /// - Throws: `DecodingError` for a text that is no marker.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let marker = KeyMarker(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "a marker has 4 to 16 characters, each one of a-z and 0-9")
        }
        self = marker
    }

    /// Writes the marker as a single string.
    ///
    /// - Parameter encoder: The encoder.
    /// - Throws: Any error of the encoder.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension KeyMarker {
    /// A label with this marker.
    ///
    /// - Parameters:
    ///   - text: The user's label.
    ///   - ordinal: Which key of the call it is for, counted from 1.
    /// - Returns: The label to send.
    func label(_ text: String, _ ordinal: Int = 1) -> String {
        let marker = "#\(description)" + (ordinal > 1 ? ".\(ordinal)" : "")
        return text.isEmpty ? marker : "\(text) \(marker)"
    }

    /// The marker at the end of a label, and which key of its call the label is for.
    ///
    /// - Parameter label: A label from a list.
    /// - Returns: `nil` unless the label ends in a whole marker, alone or behind a space.
    static func parse(_ label: String?) -> (marker: KeyMarker, ordinal: Int)? {
        guard let label = label?.utf8, let sign = label.lastIndex(of: UInt8(ascii: "#")) else { return nil }
        guard sign == label.startIndex || label[label.index(before: sign)] == UInt8(ascii: " ") else { return nil }
        let parts = label[label.index(after: sign)...].split(
            separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard let marker = parts.first.flatMap({ KeyMarker(String(decoding: $0, as: UTF8.self)) }) else { return nil }
        switch parts.count {
        case 1: return (marker, 1)
        case 2:
            // One to three digits, not beginning with 0; "1" is never written.
            let digits = parts[1]
            guard (1...3).contains(digits.count), digits.first != UInt8(ascii: "0"),
                digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
                let ordinal = Int(String(decoding: digits, as: UTF8.self)), ordinal > 1
            else { return nil }
            return (marker, ordinal)
        default: return nil
        }
    }
}
