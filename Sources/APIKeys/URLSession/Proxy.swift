import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The proxy that libcurl, under `URLSession` on Linux, takes from the environment for plain http: also for this
/// machine, so that a credential would leave it in clear.
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

    /// Whether a list of exceptions names a host. Stricter than libcurl, whose versions differ in what else they
    /// take: what libcurl did not take would go through the proxy.
    package static func excepts(_ host: String, _ exceptions: String) -> Bool {
        if exceptions == "*" { return true }
        // An IPv6 address stands without brackets in the list.
        let host = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]")).lowercased()
        let isAddress = host.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || $0 == UInt8(ascii: ".") }
        return exceptions.split(separator: ",").contains { name in
            let name = name.trimmingCharacters(in: CharacterSet(charactersIn: " ")).lowercased()
            return name == host || (!isAddress && !host.utf8.contains(UInt8(ascii: ":")) && name == "." + host)
        }
    }

    private static func variable(_ name: String) -> String? {
        guard let value = getenv(name), value.pointee != 0 else { return nil }
        return String(cString: value)
    }
}
