import APIKeys

/// The first line of a request: `POST /v1/keys HTTP/1.1`.
struct RequestLine: Hashable, Sendable {
    let method: HTTPMethod
    let target: String
    let isHTTP10: Bool

    /// Reads a line without its line end.
    init(_ line: ArraySlice<UInt8>) throws(RequestRejection) {
        let parts = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw .malformed("The request line is malformed") }
        let method = String(decoding: parts[0], as: UTF8.self)
        guard HTTPHeaders.isToken(method) else { throw .malformed("The method is malformed") }
        guard !parts[1].isEmpty, parts[1].allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .malformed("The request target is malformed")
        }
        self.method = HTTPMethod(rawValue: method)
        target = String(decoding: parts[1], as: UTF8.self)
        isHTTP10 = try Self.isHTTP10(parts[2])
    }

    private static func isHTTP10(_ version: ArraySlice<UInt8>) throws(RequestRejection) -> Bool {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        let form = version.map { digits.contains($0) ? UInt8(ascii: "1") : $0 }
        guard form == Array("HTTP/1.1".utf8) else { throw .malformed("The HTTP version is malformed") }
        switch String(decoding: version, as: UTF8.self) {
        case "HTTP/1.1": return false
        case "HTTP/1.0": return true
        default: throw RequestRejection(505, "Only HTTP/1.1 and HTTP/1.0 are spoken here")
        }
    }
}
