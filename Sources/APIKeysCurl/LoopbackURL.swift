import APIKeys

/// URLs that must not go through a proxy: it would carry a credential off the machine in clear.
enum LoopbackURL {
    /// Whether a URL is plain http to this machine.
    static func isPlain(_ url: String) -> Bool {
        let scheme = "http://"
        guard url.prefix(scheme.count).lowercased() == scheme else { return false }
        let authority = url.dropFirst(scheme.count).prefix { !"/?#".contains($0) }
        let hostAndPort = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? authority
        let host =
            hostAndPort.hasPrefix("[") ? hostAndPort.prefix { $0 != "]" } + "]" : hostAndPort.prefix { $0 != ":" }
        return BaseURL.isLoopback(String(host))
    }
}
