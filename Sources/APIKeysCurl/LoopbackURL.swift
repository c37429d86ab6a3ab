import APIKeys

/// URLs that must not go through a proxy: it would carry a credential off the machine in clear.
enum LoopbackURL {
    /// Whether a URL is plain http to this machine.
    static func isPlain(_ url: String) -> Bool {
        let scheme = "http://"
        // On bytes: every call passes here.
        guard url.utf8.count > scheme.utf8.count, url.utf8.prefix(scheme.utf8.count).isSame(as: scheme) else {
            return false
        }
        var host = url.utf8.dropFirst(scheme.utf8.count)
        if let end = host.firstIndex(where: { "/?#".utf8.contains($0) }) { host = host[..<end] }
        if let end = host.lastIndex(of: UInt8(ascii: "@")) { host = host[host.index(after: end)...] }
        if host.first == UInt8(ascii: "["), let end = host.firstIndex(of: UInt8(ascii: "]")) {
            let rest = host[host.index(after: end)...]
            if let first = rest.first, first != UInt8(ascii: ":") { return false }
            host = host[..<end].dropFirst()
        } else {
            host = host.prefix { $0 != UInt8(ascii: ":") }
        }
        return host.isSame(as: "127.0.0.1") || host.isSame(as: "localhost")
            || BaseURL.isLoopback(String(decoding: host, as: UTF8.self))
    }
}

extension Sequence<UInt8> {
    /// Whether these are the bytes of an ASCII text of letters, digits and `-.:/`; the case of letters does not count.
    func isSame(as text: String) -> Bool {
        elementsEqual(text.utf8) { $0 | 0x20 == $1 | 0x20 }
    }
}
