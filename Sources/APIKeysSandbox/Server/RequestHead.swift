import APIKeys
import Foundation

/// The request line and the header fields of a request, as RFC 9112 has them and no laxer: what two readers could
/// understand in two ways is refused.
struct RequestHead: Sendable {
    let method: HTTPMethod
    let isHTTP10: Bool
    let headers: HTTPHeaders
    let url: URL
    /// The length of the body; `nil` if it comes in chunks.
    let length: Int?
    /// Whether the client waits for a word before it sends the body.
    let isExpectant: Bool

    /// Makes sense of a head, whose URL has the default authority if the client names none.
    init(_ line: String, _ headers: HTTPHeaders, defaultAuthority: String) throws(Rejection) {
        let parts = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, HTTPHeaders.isToken(parts[0]), !parts[1].isEmpty,
            parts[1].utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { throw Rejection(400, "The request line is malformed") }
        let digits = parts[2].split(separator: ".").flatMap { $0.utf8.suffix(1) }
        guard parts[2].utf8.count == 8, parts[2].hasPrefix("HTTP/"), digits.count == 2,
            digits.allSatisfy(Self.isDigit)
        else { throw Rejection(400, "The HTTP version is malformed") }
        guard ["HTTP/1.1", "HTTP/1.0"].contains(parts[2]) else {
            throw Rejection(505, "Only HTTP/1.1 and HTTP/1.0 are spoken here")
        }
        method = HTTPMethod(rawValue: parts[0])
        isHTTP10 = parts[2] == "HTTP/1.0"
        self.headers = headers
        length = try Self.length(headers, isHTTP10)
        url = try Self.url(parts[1], headers, isHTTP10, defaultAuthority)
        let expectation = isHTTP10 ? nil : headers["Expect"]
        guard expectation == nil || expectation?.lowercased() == "100-continue" else {
            throw Rejection(417, "The only expectation known here is 100-continue")
        }
        isExpectant = expectation != nil
    }

    /// Whether the connection stays open behind the answer, as far as the client is concerned.
    var keepsAlive: Bool {
        let options = headers.values(for: "Connection").flatMap(Self.elements)
        return !options.contains("close") && (!isHTTP10 || options.contains("keep-alive"))
    }

    /// The length of the body (RFC 9112, section 6.3); `nil` if it comes in chunks.
    private static func length(_ headers: HTTPHeaders, _ isHTTP10: Bool) throws(Rejection) -> Int? {
        let codings = headers.values(for: "Transfer-Encoding").flatMap(elements)
        let lengths = headers.values(for: "Content-Length").flatMap(elements)
        if codings.isEmpty {
            guard let first = lengths.first else { return 0 }
            let isNumber = !first.isEmpty && first.utf8.allSatisfy(isDigit)
            guard isNumber, lengths.allSatisfy({ $0 == first }) else {
                throw Rejection(400, "The Content-Length is malformed")
            }
            // One that does not fit is too large whatever the limit.
            return Int(first) ?? .max
        }
        guard lengths.isEmpty, !isHTTP10 else {
            throw Rejection(400, "The Transfer-Encoding may not stand here")
        }
        guard codings.allSatisfy({ $0 == "chunked" }) else {
            throw Rejection(501, "The only transfer coding known here is chunked")
        }
        guard codings.count == 1 else { throw Rejection(400, "The Transfer-Encoding is malformed") }
        return nil
    }

    /// The elements of a list, in lower case; an empty one counts.
    private static func elements(of list: String) -> [String] {
        list.split(separator: ",", omittingEmptySubsequences: false).map { element in
            // Not `trimmingCharacters(in: .whitespaces)`, which takes a no-break space as well.
            var element = element.drop { $0 == " " || $0 == "\t" }
            while element.last == " " || element.last == "\t" { element.removeLast() }
            return element.lowercased()
        }
    }
}

// MARK: - The URL (RFC 9112, section 3.3)

extension RequestHead {
    private static func url(
        _ target: String, _ headers: HTTPHeaders, _ isHTTP10: Bool, _ defaultAuthority: String
    ) throws(Rejection) -> URL {
        let hosts = headers.values(for: "Host")
        guard hosts.count == 1 || (isHTTP10 && hosts.isEmpty) else {
            throw Rejection(400, "There must be one Host")
        }
        var authority = hosts.first.flatMap { $0.isEmpty ? nil : $0 } ?? defaultAuthority
        guard isAuthority(authority) else { throw Rejection(400, "The Host is malformed") }
        var path = target == "*" ? "" : target
        if path.lowercased().hasPrefix("http://") {
            authority = String(path.dropFirst(7).prefix { $0 != "/" && $0 != "?" })
            path = String(path.dropFirst(7 + authority.count))
        } else if !path.isEmpty, !path.hasPrefix("/") {
            throw Rejection(400, "The request target is neither a path nor an http URL")
        }
        // Foundation mends what is no URL. A request with a mended target would not be the one that was sent.
        let text = "http://" + authority + encoded(path)
        guard
            isAuthority(authority), let url = URL(string: text), url.absoluteString == text, url.host?.isEmpty == false
        else { throw Rejection(400, "The request target is malformed") }
        return url
    }

    /// The path and query with what a URL cannot hold percent-encoded: clients do send `?id[]=1` or `%zz`.
    private static func encoded(_ target: String) -> String {
        let bytes = Array(target.utf8)
        var text = ""
        for (index, byte) in bytes.enumerated() {
            let isFit =
                byte == UInt8(ascii: "%")
                ? bytes[(index + 1)...].prefix(2).filter { Character(Unicode.Scalar($0)).isHexDigit }.count == 2
                : !"\"#<>[\\]^`{|}".utf8.contains(byte)
            text += isFit ? String(Unicode.Scalar(byte)) : "%" + String(byte, radix: 16, uppercase: true)
        }
        return text
    }

    private static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }

    /// Whether the text may be a host and port. What kind of host it is stays to be seen.
    private static func isAuthority(_ text: String) -> Bool {
        let isFit = text.utf8.allSatisfy { byte in
            Character(Unicode.Scalar(byte)).isLetter || Character(Unicode.Scalar(byte)).isNumber
                ? byte < 0x80 : "-._~!$&'()*+,;=:[]%".utf8.contains(byte)
        }
        let behindAddress = text.lastIndex(of: "]").map { text[$0...] } ?? text[...]
        guard isFit, let colon = behindAddress.lastIndex(of: ":") else { return isFit }
        let port = behindAddress[colon...].dropFirst()
        return port.isEmpty || port.utf8.allSatisfy(isDigit) && UInt16(port) != nil
    }
}

extension HTTPHeaders.Field {
    /// Reads a field line without its line end. A value's bytes are taken as ISO 8859-1, which loses none of them.
    init(line: ArraySlice<UInt8>) throws(Rejection) {
        func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), line.first.map(isBlank) == false else {
            throw Rejection(400, "A header field has no colon, or is folded over several lines")
        }
        let name = String(decoding: line[..<colon], as: UTF8.self)
        var value = line[(colon + 1)...].drop(while: isBlank)
        while value.last.map(isBlank) == true { value.removeLast() }
        guard HTTPHeaders.isToken(name), value.allSatisfy(Self.isText) else {
            throw Rejection(400, "A header field is malformed")
        }
        self.init(name: name, value: String(String.UnicodeScalarView(value.lazy.map { Unicode.Scalar($0) })))
    }

    /// Whether a byte is a tab or no control character.
    static func isText(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\t") || (byte >= 0x20 && byte != 0x7F)
    }
}
