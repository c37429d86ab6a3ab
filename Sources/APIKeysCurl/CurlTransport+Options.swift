public import APIKeys
import Foundation

extension CurlTransport {
    /// How a ``CurlTransport`` uses connections, and which servers it trusts.
    public struct Options: Hashable, Sendable {
        /// How many connections to one host may be open at once; further requests wait. At least 1, and 64 by default.
        public var maximumConnectionsPerHost: Int
        /// Which connections carry a POST, or another request with a body; fresh ones by default.
        public var postConnections: PostConnections
        /// Whether HTTP/2 is used over TLS if the server offers it; `true` by default.
        public var allowsHTTP2: Bool
        /// A file with the certificate authorities to trust (PEM), instead of the system's.
        public var certificateAuthorityFile: String?
        /// The public keys that are accepted of the server, in addition to a trusted certificate; if empty, any key.
        /// Each is `sha256//` and the Base64 of the SHA-256 digest of the key (its `SubjectPublicKeyInfo`, DER).
        public var pinnedPublicKeys: [String]
        /// A file with the certificate to authenticate with (PEM), for servers that ask for one.
        public var clientCertificateFile: String?
        /// A file with the certificate's private key (PEM), unless it is in ``clientCertificateFile``.
        public var clientKeyFile: String?
        /// The URL of a proxy, such as `http://proxy.example.com:3128`, to use instead of the environment's proxy
        /// (`https_proxy`, `all_proxy`, `no_proxy`). Plain http to this machine never uses a proxy.
        public var proxy: String?

        /// Creates options.
        ///
        /// - Parameters:
        ///   - maximumConnectionsPerHost: How many connections to one host may be open at once.
        ///   - postConnections: Which connections carry a POST, or another request with a body; fresh ones by default.
        ///   - allowsHTTP2: Whether HTTP/2 is used over TLS if the server offers it; `true` by default.
        ///   - certificateAuthorityFile: A file with the certificate authorities to trust.
        ///   - pinnedPublicKeys: The public keys that are accepted of the server.
        ///   - clientCertificateFile: A file with the certificate to authenticate with.
        ///   - clientKeyFile: A file with the certificate's private key.
        ///   - proxy: The URL of a proxy.
        public init(
            maximumConnectionsPerHost: Int = 64, postConnections: PostConnections = .fresh, allowsHTTP2: Bool = true,
            certificateAuthorityFile: String? = nil, pinnedPublicKeys: [String] = [],
            clientCertificateFile: String? = nil, clientKeyFile: String? = nil, proxy: String? = nil
        ) {
            self.maximumConnectionsPerHost = maximumConnectionsPerHost
            self.postConnections = postConnections
            self.allowsHTTP2 = allowsHTTP2
            self.certificateAuthorityFile = certificateAuthorityFile
            self.pinnedPublicKeys = pinnedPublicKeys
            self.clientCertificateFile = clientCertificateFile
            self.clientKeyFile = clientKeyFile
            self.proxy = proxy
        }

        /// The first option that can't be used, and why; `nil` if all can. Never shows the proxy, which may hold a
        /// password.
        var problem: String? {
            let files = [
                ("certificateAuthorityFile", certificateAuthorityFile),
                ("clientCertificateFile", clientCertificateFile),
                ("clientKeyFile", clientKeyFile),
            ]
            for case (let name, let path?) in files where !Self.isReadableFile(path) {
                return "options.\(name) is not a file that can be read: \(path)"
            }
            if clientKeyFile != nil, clientCertificateFile == nil {
                return "options.clientKeyFile needs options.clientCertificateFile"
            }
            for (index, pin) in pinnedPublicKeys.enumerated() where !Self.isPin(pin) {
                return "options.pinnedPublicKeys[\(index)] is not sha256// and the Base64 of a SHA-256 digest"
            }
            if let proxy, !Self.isProxy(proxy) {
                return "options.proxy is not a URL with a host and the scheme http, https, socks5 or socks5h"
            }
            return nil
        }

        private static func isReadableFile(_ path: String) -> Bool {
            var isFolder: ObjCBool = false
            return !path.utf8.contains(0) && FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
                && !isFolder.boolValue && FileManager.default.isReadableFile(atPath: path)
        }

        private static func isPin(_ pin: String) -> Bool {
            let prefix = "sha256//"
            return pin.hasPrefix(prefix) && Data(base64Encoded: String(pin.dropFirst(prefix.count)))?.count == 32
        }

        private static func isProxy(_ proxy: String) -> Bool {
            guard let url = URLComponents(string: proxy), let host = url.host, !host.isEmpty else { return false }
            return url.scheme.map { proxySchemes.contains($0.lowercased()) } ?? false
        }

        fileprivate static let proxySchemes = ["http", "https", "socks5", "socks5h"]
    }
}

extension CurlTransport.Options: OneDescription, CustomReflectable {
    /// The options, without the proxy's user and password.
    public var description: String { "Options(\(shown.map { "\($0.0): \($0.1)" }.joined(separator: ", ")))" }

    /// A mirror that leaves out the proxy's user and password.
    public var customMirror: Mirror {
        Mirror(self, children: shown.map { (label: $0.0, value: $0.1) }, displayStyle: .struct)
    }

    private var shown: [(String, any Sendable)] {
        [
            ("maximumConnectionsPerHost", maximumConnectionsPerHost), ("postConnections", postConnections),
            ("allowsHTTP2", allowsHTTP2), ("certificateAuthorityFile", certificateAuthorityFile ?? "nil"),
            ("pinnedPublicKeys", pinnedPublicKeys), ("clientCertificateFile", clientCertificateFile ?? "nil"),
            ("clientKeyFile", clientKeyFile ?? "nil"), ("proxy", proxyWithoutPassword ?? "nil"),
        ]
    }

    /// With or without a scheme in front, what stands before the last `@` is not shown.
    private var proxyWithoutPassword: String? {
        // By bytes: a mark behind the sign must not hide it.
        guard let proxy, let mark = proxy.utf8.lastIndex(of: UInt8(ascii: "@")) else { return proxy }
        let scheme = proxy.utf8.firstIndex(of: UInt8(ascii: ":")).map { proxy[..<$0] } ?? ""
        let isScheme =
            Self.proxySchemes.contains(scheme.lowercased())
            && proxy[scheme.endIndex...].utf8.starts(with: "://".utf8)
        return (isScheme ? "\(scheme)://" : "") + proxy[proxy.utf8.index(after: mark)...]
    }
}
