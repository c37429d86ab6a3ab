import APIKeys
import Foundation

/// The request line and the header fields of a request, as RFC 9112 has them and no laxer: what two readers could
/// understand in two ways is refused.
struct RequestHead: Hashable, Sendable {
    /// How the end of the body is found.
    enum Framing: Hashable {
        case length(Int)
        case chunked
    }

    let line: RequestLine
    let headers: HTTPHeaders
    let url: URL
    let framing: Framing
    /// Whether the client waits for a word before it sends the body.
    let isExpectant: Bool

    /// Makes sense of a head.
    ///
    /// - Parameters:
    ///   - line: The request line.
    ///   - headers: The header fields.
    ///   - defaultAuthority: The host and port in the URL where the client names none.
    /// - Throws: ``RequestRejection`` where they make no request that can be read in one way only.
    init(line: RequestLine, headers: HTTPHeaders, defaultAuthority: String) throws(RequestRejection) {
        self.line = line
        self.headers = headers
        framing = try Self.framing(line, headers)
        url = try Self.url(line, headers, defaultAuthority)
        isExpectant = try Self.isExpectant(line, headers)
    }

    /// Whether the connection stays open behind the answer, as far as the client is concerned.
    var keepsAlive: Bool {
        let options = headers.values(for: "Connection").flatMap(Self.elements)
        return !options.contains("close") && (!line.isHTTP10 || options.contains("keep-alive"))
    }

    private static func isExpectant(_ line: RequestLine, _ headers: HTTPHeaders) throws(RequestRejection) -> Bool {
        guard !line.isHTTP10, let expectation = headers["Expect"] else { return false }
        guard expectation.lowercased() == "100-continue" else {
            throw RequestRejection(417, "The only expectation known here is 100-continue")
        }
        return true
    }
}

// MARK: - The body's length (RFC 9112, section 6.3)

extension RequestHead {
    private static func framing(_ line: RequestLine, _ headers: HTTPHeaders) throws(RequestRejection) -> Framing {
        let codings = headers.values(for: "Transfer-Encoding").flatMap(elements)
        let lengths = headers.values(for: "Content-Length").flatMap(elements)
        guard !codings.isEmpty else { return .length(try length(lengths)) }
        guard lengths.isEmpty else { throw .malformed("There are both a Content-Length and a Transfer-Encoding") }
        guard !line.isHTTP10 else { throw .malformed("HTTP/1.0 has no Transfer-Encoding") }
        guard codings.allSatisfy({ $0 == "chunked" }) else {
            throw RequestRejection(501, "The only transfer coding known here is chunked")
        }
        guard codings.count == 1 else { throw .malformed("The Transfer-Encoding is malformed") }
        return .chunked
    }

    private static func length(_ values: [String]) throws(RequestRejection) -> Int {
        var length: Int?
        for value in values {
            guard !value.isEmpty, value.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
                throw .malformed("The Content-Length is malformed")
            }
            // One that does not fit is too large whatever the limit.
            let number = Int(value) ?? .max
            guard number == length ?? number else { throw .malformed("The values of Content-Length differ") }
            length = number
        }
        return length ?? 0
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
        _ line: RequestLine, _ headers: HTTPHeaders, _ defaultAuthority: String
    ) throws(RequestRejection) -> URL {
        let hosts = headers.values(for: "Host")
        guard hosts.count < 2 else { throw .malformed("There is more than one Host") }
        guard line.isHTTP10 || !hosts.isEmpty else { throw .malformed("The Host is missing") }
        var authority = hosts.first.flatMap { $0.isEmpty ? nil : $0 } ?? defaultAuthority
        guard isAuthority(authority) else { throw .malformed("The Host is malformed") }
        var path = line.target
        if path.lowercased().hasPrefix("http://") {
            authority = String(path.dropFirst(7).prefix { $0 != "/" && $0 != "?" })
            path = String(path.dropFirst(7 + authority.count))
        } else if path == "*" {
            path = ""
        } else if !path.hasPrefix("/") {
            throw .malformed("The request target is neither a path nor an http URL")
        }
        // Foundation mends what is no URL. A request with a mended target would not be the one that was sent.
        let text = "http://" + authority + urlPath(path)
        guard
            isAuthority(authority), let url = URL(string: text), url.absoluteString == text, url.host?.isEmpty == false
        else { throw .malformed("The request target is malformed") }
        return url
    }

    /// The path and query with what a URL cannot hold percent-encoded: clients do send `?id[]=1` or `%zz`.
    private static func urlPath(_ target: String) -> String {
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

    /// Whether the text may be a host and port. What kind of host it is stays to be seen.
    private static func isAuthority(_ text: String) -> Bool {
        guard text.utf8.allSatisfy(isAuthority) else { return false }
        let behindAddress = text.lastIndex(of: "]").map { text[$0...] } ?? text[...]
        guard let colon = behindAddress.lastIndex(of: ":") else { return true }
        let port = behindAddress[colon...].dropFirst()
        return port.isEmpty || UInt16(port) != nil
    }

    /// Whether a byte may stand in a host and port.
    private static func isAuthority(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~!$&'()*+,;=:[]%".utf8.contains(byte)
        }
    }
}
