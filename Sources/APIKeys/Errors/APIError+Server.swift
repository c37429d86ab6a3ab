import Foundation

extension APIError {
    /// Notes what was called, and what is likely wrong with the base URL that led there.
    mutating func describe(_ url: URL, base: URL?, isRead: Bool) {
        server = url.server
        self.isRead = isRead
        switch kind {
        case .notFound: hint = base.flatMap { Self.hint(for: url, below: $0) }
        case .network(let failure): hint = Self.hint(for: failure, url)
        default: break
        }
    }

    /// For a base URL that ends in what the paths of the operations begin with.
    private static func hint(for url: URL, below base: URL) -> String? {
        let first = base.pathComponents.filter { $0 != "/" }
        guard let last = first.last else { return nil }
        let rest = url.pathComponents.filter { $0 != "/" }.dropFirst(first.count)
        let isVersion = last.lowercased().hasPrefix("v") && last.dropFirst().first?.isNumber == true
        guard isVersion || rest.first == last else { return nil }
        // Not the text of the URL itself: whatever it holds, this is short and harmless.
        let text =
            last.unicodeScalars.count <= 20 && last.hasOnlyBytes { $0 > 0x20 && $0 < 0x7F } ? "/\(last)" : "a version"
        return
            "the base URL ends in \(text), and each operation's path is added behind it: leave that end out"
    }

    /// For what a handshake with a server that speaks plain http ends in: over `URLSession` on Linux an unknown
    /// failure, over libcurl its code 35, which other failed handshakes have too.
    private static func hint(for failure: NetworkFailure, _ url: URL) -> String? {
        guard url.scheme?.lowercased() == "https", let port = url.port, port != 443 else { return nil }
        let isHandshake =
            failure.reason == .secureConnectionFailed || failure.code == 35
            || (failure.reason == .other && failure.code == -1)
        return isHandshake
            ? "does port \(port) speak TLS? a server without it is called with http, on this machine only" : nil
    }
}

extension URL {
    /// Scheme, host, and the port if there is one: `http://127.0.0.1:8080`.
    var server: String? {
        guard let scheme, let host = host(percentEncoded: true), !host.isEmpty else { return nil }
        let name = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
        return "\(scheme)://\(name)" + (port.map { ":\($0)" } ?? "")
    }

    /// The URL without user info, query and fragment. One without a host is not shown: a key may stand in its place.
    package var printed: String {
        guard server != nil else { return "(a URL without a host)" }
        let text = absoluteString.prefix { $0 != "?" && $0 != "#" }
        let start = text.range(of: "//")?.upperBound ?? text.startIndex
        let end = text[start...].firstIndex { $0 == "/" || $0 == "\\" } ?? text.endIndex
        guard let mark = text[start..<end].lastIndex(of: "@") else { return String(text) }
        return String(text[..<start] + text[text.index(after: mark)...])
    }
}
