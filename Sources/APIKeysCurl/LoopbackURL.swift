import APIKeys

/// URLs that must not go through a proxy: it would carry a credential off the machine in clear.
enum LoopbackURL {
    /// Whether a URL is plain http to this machine.
    static func isPlain(_ url: String) -> Bool {
        var url = url
        // On bytes: every call passes here.
        return url.withUTF8 { isPlain(UnsafeRawBufferPointer($0)) }
    }

    private static func isPlain(_ url: UnsafeRawBufferPointer) -> Bool {
        let scheme: StaticString = "http://"
        let start = scheme.utf8CodeUnitCount
        guard url.count > start, url.prefix(start).isSame(as: scheme) else { return false }
        var host = url[start...]
        if let end = host.firstIndex(where: isEnd) { host = host[..<end] }
        if let end = host.lastIndex(of: UInt8(ascii: "@")) { host = host[(end + 1)...] }
        if host.first == UInt8(ascii: "["), let end = host.firstIndex(of: UInt8(ascii: "]")) {
            if end + 1 < host.endIndex, host[end + 1] != UInt8(ascii: ":") { return false }
            host = host[..<end].dropFirst()
        } else {
            host = host.prefix { $0 != UInt8(ascii: ":") }
        }
        return host.isSame(as: "127.0.0.1") || host.isSame(as: "localhost")
            || BaseURL.isLoopback(String(decoding: host, as: UTF8.self))
    }

    /// Whether a byte ends the part of a URL that names the host.
    private static func isEnd(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
    }
}

extension Sequence<UInt8> {
    /// Whether these are the bytes of an ASCII text of letters, digits and `-.:/`; the case of letters does not count.
    func isSame(as text: StaticString) -> Bool {
        let bytes = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        return elementsEqual(bytes) { $0 | 0x20 == $1 | 0x20 }
    }
}
