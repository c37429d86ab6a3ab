import APIKeys
import CAPIKeysCurl
import CAPIKeysLibrary

/// The system's libcurl, loaded when it is first asked for and never unloaded.
package struct Library: Sendable {
    /// What this libcurl can do that not every one can.
    package struct Features: OptionSet, Hashable, Sendable {
        package let rawValue: Int

        package init(rawValue: Int) {
            self.rawValue = rawValue
        }

        /// Asks before each request is sent (7.80). Without it, nobody knows whether a request was sent, or how often.
        package static let requestHook = Features(rawValue: 1 << 0)
        /// Tells which file holds the system's certificate authorities (7.84).
        package static let authorityFile = Features(rawValue: 1 << 1)
        /// Takes the names of protocols (7.85) instead of their numbers.
        package static let protocolNames = Features(rawValue: 1 << 2)
        /// Can leave a DNS lookup without waiting for its end (7.87).
        package static let quickExit = Features(rawValue: 1 << 3)
        /// Measures the age of an idle connection in milliseconds, and takes 0 for no limit (8.15).
        package static let exactAge = Features(rawValue: 1 << 4)
        package static let http2 = Features(rawValue: 1 << 5)
        /// Lets an easy handle carry one transfer after another. From 7.84 to 8.0.1 a handle keeps a pointer into the
        /// response before, and writes through it if the next one begins with a folded line (curl #11101).
        package static let handleReuse = Features(rawValue: 1 << 6)
        /// Decodes gzip and deflate.
        package static let gzip = Features(rawValue: 1 << 7)
    }

    let version: String
    let features: Features

    /// What is also said of a library that could be loaded at another time.
    static let noDescriptor = String(cString: library_no_descriptor())

    private static let loaded = Locked<Library?>(nil)

    /// The library; loaded anew if it could not be before, for want of a descriptor for example.
    static func shared() throws(CurlTransport.Unavailable) -> Library {
        let result = loaded.withLock { loaded in
            Result { () throws(CurlTransport.Unavailable) in
                if let loaded { return loaded }
                let new = try Library()
                loaded = new
                return new
            }
        }
        return try result.get()
    }

    private init() throws(CurlTransport.Unavailable) {
        #if os(Linux)
            let advice = "install the package with libcurl (libcurl4 on Debian and Ubuntu) or use URLSessionTransport"
        #else
            let advice = "use URLSessionTransport, since CurlTransport is for Linux alone"
        #endif
        if let problem = ccurl_load().map({ String(cString: $0) }) {
            throw .init(reason: problem == Self.noDescriptor ? problem : "\(problem): \(advice)")
        }
        version = String(cString: ccurl_version())
        let bits = ccurl_features()
        guard bits & Int32(CCURL_VERSION_SSL) != 0 else {
            throw .init(reason: "libcurl \(version) was built without TLS: \(advice)")
        }
        guard bits & Int32(CCURL_VERSION_ASYNCHDNS) != 0 else {
            throw .init(reason: "libcurl \(version) was built without an asynchronous resolver: \(advice)")
        }
        let since: [(UInt32, Features)] = [
            (0x075000, .requestHook), (0x075400, .authorityFile), (0x075500, .protocolNames), (0x075700, .quickExit),
            (0x080F00, .exactAge),
        ]
        var features: Features = bits & Int32(CCURL_VERSION_HTTP2) != 0 ? .http2 : []
        if bits & Int32(CCURL_VERSION_LIBZ) != 0 { features.insert(.gzip) }
        let number = ccurl_version_number()
        for (first, feature) in since where number >= first { features.insert(feature) }
        if !(0x075400...0x080001).contains(number) { features.insert(.handleReuse) }
        self.features = features
    }
}
