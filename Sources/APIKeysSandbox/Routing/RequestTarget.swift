import APIKeys
import Foundation

/// Where a request goes, read from its URL byte by byte: the path's segments and the query as Python's `urllib` decodes
/// them. A slash that arrived encoded stays within its segment.
struct RequestTarget: Sendable {
    /// The host in lower case.
    let host: String
    /// The path as it was sent; it begins with a slash.
    let path: String
    /// The query's names and values, in order.
    let query: [(name: String, value: String)]

    init(_ url: URL) {
        host = url.host?.lowercased() ?? ""
        var text = url.absoluteString[...]
        if let scheme = text.range(of: "://") { text = text[scheme.upperBound...] }
        text = text.prefix { $0 != "#" }
        let authority = text.prefix { $0 != "/" && $0 != "?" }
        text = text[authority.endIndex...]
        let path = text.prefix { $0 != "?" }
        self.path = path.isEmpty ? "/" : String(path)
        query = text[path.endIndex...].dropFirst().split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let (name, value) = (parts.first ?? "", parts.count > 1 ? parts[1] : "")
            return (Self.decoded(name, plusIsSpace: true), Self.decoded(value, plusIsSpace: true))
        }
    }

    /// The decoded segments of the path behind a prefix, or `nil` where it does not begin with that.
    func segments(behind prefix: String) -> [String]? {
        guard path.hasPrefix(prefix + "/") else { return nil }
        return path.dropFirst(prefix.count + 1).split(separator: "/", omittingEmptySubsequences: false).map {
            Self.decoded($0, plusIsSpace: false)
        }
    }

    /// Undoes percent-encoding. What is no such encoding stays as it is, and what is no UTF-8 becomes U+FFFD.
    private static func decoded(_ text: Substring, plusIsSpace: Bool) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let value = Self.byte(rest.prefix(2)) {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func byte(_ digits: ArraySlice<UInt8>) -> UInt8? {
        let values = digits.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
        return values.count == 2 ? UInt8(values[0] << 4 | values[1]) : nil
    }
}
