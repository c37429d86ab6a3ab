import APIKeys
import Foundation

/// Where a request goes, read from its URL byte by byte.
struct RequestTarget: Sendable {
    /// The path as it was sent; it begins with a slash.
    let path: String
    /// The query's names and values, decoded, in order.
    let query: [(name: String, value: String)]
    private let beforePath: String
    private let afterPath: String

    init(_ url: URL) {
        var text = url.absoluteString.prefix { $0 != "#" }
        let scheme = text.range(of: "://").map { text[..<$0.upperBound] } ?? ""
        text = text[scheme.endIndex...]
        let authority = text.prefix { $0 != "/" && $0 != "?" }
        text = text[authority.endIndex...]
        let path = text.prefix { $0 != "?" }
        self.path = path.isEmpty ? "/" : String(path)
        beforePath = String(scheme + authority)
        afterPath = String(text[path.endIndex...])
        query = afterPath.dropFirst().split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let texts = parts.map { Self.decoded($0, plusIsSpace: true) }
            return (texts.first ?? "", texts.count > 1 ? texts[1] : "")
        }
    }

    /// The path without the slashes at its end, or with one more, and the URL with that path; `nil` for the root.
    var otherEnding: (path: String, url: String)? {
        guard path != "/" else { return nil }
        let stripped = path.reversed().drop { $0 == "/" }.reversed()
        let other = path.hasSuffix("/") ? String(stripped) : path + "/"
        return (other, beforePath + other + afterPath)
    }

    /// Undoes percent-encoding. What is no such encoding stays as it is, and what is no UTF-8 becomes U+FFFD.
    static func decoded(_ text: Substring, plusIsSpace: Bool = false) -> String {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else {
            return String(text)
        }
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2).compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
            if byte == UInt8(ascii: "%"), digits.count == 2 {
                bytes.append(UInt8(digits[0] << 4 | digits[1]))
                rest = rest.dropFirst(2)
            } else {
                bytes.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
