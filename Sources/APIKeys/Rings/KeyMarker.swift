/// A short text in the labels of the keys of one call, by which they can be found again.
///
/// For the label `ci`, ``KeyRing/createOnce(label:marker:settling:options:)`` labels a key `ci #k7f3q9d2`, and a second
/// and a third key of the same call `ci #k7f3q9d2.2` and `ci #k7f3q9d2.3`.
public struct KeyMarker: WireName, Hashable, Sendable, Codable {
    /// The marker's text, without the `#`.
    public let rawValue: String

    /// Creates a marker; `nil` unless the text has 4 to 16 characters, each one of a–z and 0–9.
    ///
    /// - Parameter rawValue: The text, without the `#`.
    public init?(rawValue: String) {
        guard (4...16).contains(rawValue.utf8.count), rawValue.utf8.allSatisfy(Self.characters.contains) else {
            return nil
        }
        self.rawValue = rawValue
    }

    /// Creates a marker; `nil` unless the text has 4 to 16 characters, each one of a–z and 0–9.
    ///
    /// - Parameter text: The text, without the `#`.
    public init?(_ text: String) { self.init(rawValue: text) }

    private init(characters: [UInt8]) {
        rawValue = String(decoding: characters, as: UTF8.self)
    }

    /// Creates a random marker of 8 characters.
    ///
    /// - Returns: The marker.
    public static func random() -> KeyMarker {
        KeyMarker(characters: (0..<8).map { _ in characters[Int.random(in: characters.indices)] })
    }

    private static let characters = Array("abcdefghijklmnopqrstuvwxyz0123456789".utf8)
}

extension KeyMarker {
    /// Reads the marker at the end of a key's label; `nil` unless the label is a marker, or ends in a space and a
    /// marker.
    ///
    /// - Parameter label: A label as a list shows it, such as `ci #k7f3q9d2.2`.
    public init?(inLabel label: String) {
        guard let marked = MarkedLabel(label) else { return nil }
        self = marked.marker
    }

    /// A label with this marker. The ordinal says which key of the call it is for, counted from 1.
    func label(_ text: String, _ ordinal: Int = 1) -> String {
        let marker = "#\(description)" + (ordinal > 1 ? ".\(ordinal)" : "")
        return text.isEmpty ? marker : "\(text) \(marker)"
    }
}

/// A label that ends in a marker, in its parts.
struct MarkedLabel: Hashable, Sendable {
    /// The user's label.
    let base: String
    let marker: KeyMarker
    /// Which key of its call the label is for, counted from 1.
    let ordinal: Int

    /// Takes a label apart; `nil` unless it ends in a whole marker, alone or behind a space.
    init?(_ label: String?) {
        guard let label = label?.utf8, let sign = label.lastIndex(of: UInt8(ascii: "#")) else { return nil }
        var end = sign
        if sign != label.startIndex {
            end = label.index(before: sign)
            guard label[end] == UInt8(ascii: " ") else { return nil }
        }
        let parts = label[label.index(after: sign)...].split(
            separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count <= 2, let marker = parts.first.flatMap({ KeyMarker(String(decoding: $0, as: UTF8.self)) })
        else { return nil }
        ordinal = parts.count == 1 ? 1 : Self.ordinal(parts[1])
        guard ordinal > 0 else { return nil }
        self.marker = marker
        base = String(decoding: label[..<end], as: UTF8.self)
    }

    /// One to three digits, not beginning with 0; "1" is never written. 0 for anything else.
    private static func ordinal(_ digits: Substring.UTF8View) -> Int {
        guard (1...3).contains(digits.count), digits.first != UInt8(ascii: "0"),
            digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let ordinal = Int(String(decoding: digits, as: UTF8.self)), ordinal > 1
        else { return 0 }
        return ordinal
    }
}
