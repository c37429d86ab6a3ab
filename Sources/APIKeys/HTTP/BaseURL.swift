package import Foundation

/// A base URL that is fit to carry a credential: https, or http to this machine.
package struct BaseURL: Sendable {
    /// The URL up to where an operation's path begins, without a slash at its end.
    private let prefix: String

    /// Checks a base URL. An error names what is wrong and never shows the URL: it may hold a password.
    package init(_ url: URL) throws(InvalidInput) {
        guard let parts = URLComponents(url: url, resolvingAgainstBaseURL: true) else {
            throw InvalidInput("baseURL is not a URL: \(Self.beginning)")
        }
        // The percent-encoded parts all through: a decoded one is `nil`, as if it were not there, if it is not UTF-8.
        let host = parts.encodedHost ?? ""
        let scheme = parts.scheme?.lowercased()
        guard scheme == "https" || scheme == "http" else {
            throw InvalidInput("baseURL has no scheme https: \(Self.beginning)")
        }
        guard !host.isEmpty else { throw InvalidInput("baseURL has no host: \(Self.beginning)") }
        guard scheme == "https" || Self.isLoopback(host) else {
            throw InvalidInput("baseURL must use https; http is for loopback addresses only")
        }
        guard parts.percentEncodedUser == nil, parts.percentEncodedPassword == nil else {
            throw InvalidInput("baseURL must not hold user info")
        }
        // A server that decodes it would be another one than the one that is checked here.
        guard host.hasPrefix("[") || !host.contains("%") else {
            throw InvalidInput("baseURL must not have a host that is percent-encoded")
        }
        guard parts.percentEncodedQuery == nil else { throw InvalidInput("baseURL must not have a query") }
        guard parts.percentEncodedFragment == nil else { throw InvalidInput("baseURL must not have a fragment") }
        if let port = parts.port, !(1...65535).contains(port) {
            throw InvalidInput("baseURL has a port that is not between 1 and 65535")
        }
        var text = url.absoluteString
        while text.hasSuffix("/") { text.removeLast() }
        prefix = text
    }

    /// The URL of a request below this base; a path prefix of the base is kept.
    package func url(path: String, query: String) throws(InvalidInput) -> URL {
        guard let url = URL(string: prefix + path + query) else { throw InvalidInput("the request's URL is malformed") }
        return url
    }

    /// How a base URL begins, for errors.
    static let beginning = "it must begin with https:// and a host, or with http:// and a loopback address"

    /// Whether a URL is plain http to this machine, which no proxy may carry: the credential would leave the machine in
    /// clear.
    package static func isPlainLoopback(_ url: URL) -> Bool {
        url.scheme?.lowercased() == "http" && isLoopback(url.host(percentEncoded: true) ?? "")
    }

    /// Whether a host is this machine: `localhost`, `127.0.0.0/8` or `::1`.
    package static func isLoopback(_ host: String) -> Bool {
        let name = host.lowercased()
        // Every call over libcurl to this machine passes here.
        if name == "127.0.0.1" || name == "localhost" || name == "::1" || name == "[::1]" { return true }
        let octets = name.split(separator: ".", omittingEmptySubsequences: false)
        return octets.count == 4 && octets[0] == "127"
            // Without a zero in front: a resolver reads 010 as 8, and 08 as the name of another machine.
            && octets.allSatisfy { octet in UInt8(octet).map { "\($0)" == octet } ?? false }
    }
}
