import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The proxy that libcurl, under `URLSession` on Linux, takes from the environment for plain http: also for this machine,
/// so that a credential would leave it in clear.
package enum Proxy {
    /// What to say of the proxy variable that would apply to a URL; `nil` if none would.
    static func problem(with url: URL) -> String? {
        #if canImport(Darwin)
            return nil  // Foundation asks the system's settings, and these leave loopback out.
        #else
            guard url.scheme?.lowercased() == "http" else { return nil }
            let host = url.host(percentEncoded: true) ?? ""
            // Not HTTP_PROXY, which a server may set for a CGI program.
            guard let name = ["http_proxy", "all_proxy", "ALL_PROXY"].first(where: { variable($0) != nil }) else {
                return nil
            }
            let exceptions = variable("no_proxy") ?? variable("NO_PROXY") ?? ""
            guard !excepts(host, exceptions) else { return nil }
            return "\(name) would send the request to \(host), credential included, through a proxy in clear: "
                + "add \(host) to no_proxy"
        #endif
    }

    /// Whether a list of exceptions names a host. Stricter than libcurl, whose versions differ in what else they take.
    package static func excepts(_ host: String, _ exceptions: String) -> Bool {
        func plain(_ name: some StringProtocol) -> String {
            name.trimmingCharacters(in: CharacterSet(charactersIn: ".[]")).lowercased()
        }
        let names = exceptions.split(whereSeparator: { $0 == "," || $0 == " " })
        return names == ["*"] || names.contains { plain($0) == plain(host) }
    }

    private static func variable(_ name: String) -> String? {
        guard let value = getenv(name), value.pointee != 0 else { return nil }
        return String(cString: value)
    }
}
