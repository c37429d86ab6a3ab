import APIKeys
import CAPIKeysCurl
import Foundation

/// One of libcurl's easy handles: set up once, then used for one transfer after another, on its loop's thread alone.
final class EasyHandle {
    let easy: OpaquePointer
    private(set) var transfer: Transfer?
    /// Whether the transfer is over for its caller, and the handle only waits for the end of a DNS lookup.
    var isAbandoned = false
    /// Whether libcurl has got as far as to open a socket or to send.
    private(set) var hasLookedUp = false

    private let options: CurlTransport.Options
    private let features: Library.Features
    private var memory: RequestMemory?
    private var settings: Settings?

    /// What is set for a transfer and often is the same as for the one before.
    private struct Settings: Equatable {
        /// Whether the transfer has a connection of its own.
        var isFresh: Bool
        /// How old in seconds an idle connection may be, as `CURLOPT_MAXAGE_CONN` counts.
        var maximumAge: Int
        var httpVersion: Int
        var usesProxy: Bool
        var isDecoded: Bool
    }

    /// Sets a handle up, unless libcurl refuses an option that matters.
    init(
        _ options: CurlTransport.Options, features: Library.Features, sessions: OpaquePointer?
    ) throws(CurlTransport.Unavailable) {
        guard let easy = ccurl_easy_init() else { throw .init(reason: "libcurl has no memory for a handle") }
        self.easy = easy
        self.options = options
        self.features = features
        setCallbacks()
        ccurl_easy_set_pointer(easy, CCURLOPT_SHARE, sessions.map { UnsafeRawPointer($0) })
        ccurl_easy_set_number(easy, CCURLOPT_NOSIGNAL, 1)
        ccurl_easy_set_number(easy, CCURLOPT_PATH_AS_IS, 1)
        ccurl_easy_set_number(easy, CCURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        ccurl_easy_set_number(easy, CCURLOPT_DISALLOW_USERNAME_IN_URL, 1)
        if features.contains(.quickExit) { ccurl_easy_set_number(easy, CCURLOPT_QUICK_EXIT, 1) }
        // Numbers cost less than names: that counts where each request has a handle of its own.
        try require(
            features.isSuperset(of: [.protocolNames, .handleReuse])
                ? ccurl_easy_set_text(easy, CCURLOPT_PROTOCOLS_STR, "http,https")
                : ccurl_easy_set_number(easy, CCURLOPT_PROTOCOLS, CCURL_PROTOCOL_HTTP_AND_HTTPS),
            "a choice of protocols")
        try setTrust()
    }

    deinit {
        ccurl_easy_cleanup(easy)
        memory?.free()
    }

    private func require(_ code: Int32, _ what: String) throws(CurlTransport.Unavailable) {
        if code != CCURL_OK { throw .init(reason: "libcurl does not support \(what) (error \(code))") }
    }

    /// Whom to trust. A server's certificate is always verified: that is libcurl's default, and nothing here changes
    /// it.
    private func setTrust() throws(CurlTransport.Unavailable) {
        try require(ccurl_easy_set_number(easy, CCURLOPT_SSLVERSION, CCURL_SSLVERSION_TLS_1_2), "TLS 1.2")
        if let file = options.certificateAuthorityFile {
            try require(ccurl_easy_set_text(easy, CCURLOPT_CAINFO, file), "options.certificateAuthorityFile")
            ccurl_easy_set_text(easy, CCURLOPT_PROXY_CAINFO, file)
            setOnlyAuthorityFile()
        } else if features.contains(.authorityFile), let file = ccurl_easy_authority_file(easy), access(file, R_OK) == 0
        {
            setOnlyAuthorityFile()
        }
        if !options.pinnedPublicKeys.isEmpty {
            let pins = options.pinnedPublicKeys.joined(separator: ";")
            try require(ccurl_easy_set_text(easy, CCURLOPT_PINNEDPUBLICKEY, pins), "options.pinnedPublicKeys")
        }
        if let file = options.clientCertificateFile {
            try require(ccurl_easy_set_text(easy, CCURLOPT_SSLCERT, file), "options.clientCertificateFile")
            try require(
                ccurl_easy_set_text(easy, CCURLOPT_SSLKEY, options.clientKeyFile ?? file), "options.clientKeyFile")
        }
    }

    /// Takes the built-in folder of authorities away. With it, libcurl parses the file again for every connection: 39
    /// ms.
    private func setOnlyAuthorityFile() {
        ccurl_easy_set_text(easy, CCURLOPT_CAPATH, nil)
        ccurl_easy_set_text(easy, CCURLOPT_PROXY_CAPATH, nil)
    }
}

// MARK: - One transfer

extension EasyHandle {
    /// Prepares a transfer, and says whether libcurl took the request.
    func begin(_ transfer: Transfer) -> Bool {
        self.transfer = transfer
        isAbandoned = false
        hasLookedUp = false
        let request = transfer.request
        let url = request.url.absoluteString
        let isFresh = isFresh(transfer)
        let memory = RequestMemory(request, closes: isFresh, offersGzip: features.contains(.gzip))
        self.memory = memory
        set(settings(for: transfer, isFresh: isFresh))
        ccurl_easy_set_pointer(easy, CCURLOPT_HTTPHEADER, memory.lines)
        ccurl_easy_set_number(easy, CCURLOPT_TIMEOUT_MS, Self.backstop(for: request.timeout))
        setMethod(request, memory)
        return ccurl_easy_set_text(easy, CCURLOPT_URL, url) == CCURL_OK
    }

    /// Lets go of a transfer that is over.
    func end() {
        transfer?.handle = nil
        transfer = nil
        ccurl_easy_set_pointer(easy, CCURLOPT_HTTPHEADER, nil)
        ccurl_easy_set_pointer(easy, CCURLOPT_POSTFIELDS, nil)
        memory?.free()
        memory = nil
    }

    private func setMethod(_ request: HTTPRequest, _ memory: RequestMemory) {
        var name: String? = request.method.rawValue
        switch (request.method, request.body) {
        case (.get, nil):
            name = nil
            ccurl_easy_set_number(easy, CCURLOPT_HTTPGET, 1)
        case (_, nil) where name == "HEAD":
            name = nil
            ccurl_easy_set_number(easy, CCURLOPT_NOBODY, 1)
        case (.post, _), (.put, _), (.patch, _), (_, .some):
            // Also without a body: these say `Content-Length: 0` then, as RFC 9110, section 8.6, asks for.
            ccurl_easy_set_number(easy, CCURLOPT_POST, 1)
            ccurl_easy_set_size(easy, CCURLOPT_POSTFIELDSIZE_LARGE, Int64(request.body?.count ?? 0))
            ccurl_easy_set_pointer(easy, CCURLOPT_POSTFIELDS, memory.body)
            if request.method == .post { name = nil }
        case (_, nil):
            ccurl_easy_set_number(easy, CCURLOPT_HTTPGET, 1)
        }
        ccurl_easy_set_text(easy, CCURLOPT_CUSTOMREQUEST, name)
    }

    /// Whether sending a request again can be kept from libcurl. If it can't, only a connection of its own and HTTP/1.1
    /// are safe.
    private func isControlled(_ transfer: Transfer) -> Bool {
        transfer.isRepeatable || features.contains(.requestHook)
    }

    private func isFresh(_ transfer: Transfer) -> Bool {
        !isControlled(transfer) || (transfer.isPost && options.postConnections == .fresh)
    }

    private func settings(for transfer: Transfer, isFresh: Bool) -> Settings {
        // Over HTTP/1.1 a server announces the end of a connection. Over HTTP/2, one that retires a connection refuses
        // streams that are under way, and whoever may not repeat a request is left in doubt.
        let usesHTTP2 =
            options.allowsHTTP2 && features.contains(.http2) && isControlled(transfer) && !transfer.isPost
        // What libcurl repeats by itself may try an old connection. Others take one that is likely to live.
        let briefly = features.contains(.exactAge) ? 1 : 0
        return Settings(
            isFresh: isFresh, maximumAge: transfer.isRepeatable ? 118 : briefly,
            httpVersion: usesHTTP2 ? CCURL_HTTP_VERSION_2TLS : CCURL_HTTP_VERSION_1_1,
            usesProxy: !BaseURL.isPlainLoopback(transfer.request.url),
            isDecoded: transfer.request.headers["Accept-Encoding"] == nil)
    }

    private func set(_ new: Settings) {
        let old = settings
        settings = new
        if new == old { return }
        if new.isFresh || old != nil {
            ccurl_easy_set_number(easy, CCURLOPT_FRESH_CONNECT, new.isFresh ? 1 : 0)
            ccurl_easy_set_number(easy, CCURLOPT_FORBID_REUSE, new.isFresh ? 1 : 0)
        }
        ccurl_easy_set_number(easy, CCURLOPT_MAXAGE_CONN, new.maximumAge)
        ccurl_easy_set_number(easy, CCURLOPT_HTTP_VERSION, new.httpVersion)
        // An empty text is no proxy; none is the one in the environment.
        ccurl_easy_set_text(easy, CCURLOPT_PROXY, new.usesProxy ? options.proxy : "")
        // Switches decoding on, of whatever comes. An empty text would offer every coding that this libcurl knows.
        ccurl_easy_set_text(
            easy, CCURLOPT_ACCEPT_ENCODING, !new.isDecoded ? nil : features.contains(.gzip) ? "gzip, deflate" : "")
    }

    /// In milliseconds. The call's own deadline comes first; this one is for a transport that is used without a client.
    private static func backstop(for timeout: Duration) -> Int {
        // Bounded before it is taken apart: a `Duration` too long for its parts traps.
        Int(min(max(timeout, .zero), .seconds(86_400)).components.seconds) * 1000 + 2000
    }
}

// MARK: - What libcurl calls

extension EasyHandle {
    private func setCallbacks() {
        let context = Unmanaged.passUnretained(self).toOpaque()
        ccurl_easy_set_pointer(easy, CCURLOPT_PRIVATE, context)
        ccurl_easy_set_pointer(easy, CCURLOPT_HEADERDATA, context)
        ccurl_easy_set_pointer(easy, CCURLOPT_WRITEDATA, context)
        ccurl_easy_set_data_callback(easy, CCURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            EasyHandle.at(context).receive(bytes, size * count) { $0.receive(headLine: $1) }
        }
        ccurl_easy_set_data_callback(easy, CCURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            EasyHandle.at(context).receive(bytes, size * count) { $0.receive(body: $1) }
        }
        if features.contains(.requestHook) {
            ccurl_easy_set_pointer(easy, CCURLOPT_PREREQDATA, context)
            ccurl_easy_set_request_callback(easy) { context, _, _, _, _ in
                EasyHandle.at(context).allowsRequest() ? 0 : 1
            }
        }
        if !features.contains(.quickExit) {
            ccurl_easy_set_pointer(easy, CCURLOPT_SOCKOPTDATA, context)
            ccurl_easy_set_socket_callback(easy) { context, _, _ in EasyHandle.at(context).allowsSocket() ? 0 : 1 }
        }
    }

    /// The handle that was set as a context.
    static func at(_ context: UnsafeMutableRawPointer) -> EasyHandle {
        Unmanaged<EasyHandle>.fromOpaque(context).takeUnretainedValue()
    }

    private func receive(
        _ bytes: UnsafeMutablePointer<CChar>, _ count: Int,
        _ take: (inout ResponseReader, UnsafeRawBufferPointer) -> Bool
    ) -> Int {
        guard let transfer, !isAbandoned else { return 0 }
        return take(&transfer.response, UnsafeRawBufferPointer(start: bytes, count: count)) ? count : 0
    }

    /// Whether libcurl may send the request. It would do so again by itself, a POST included: on a kept connection that
    /// died before the first line of a response, and on HTTP/2's `REFUSED_STREAM` and `HTTP_1_1_REQUIRED`.
    private func allowsRequest() -> Bool {
        guard let transfer, !isAbandoned else { return false }
        hasLookedUp = true
        transfer.requestCount += 1
        return transfer.requestCount == 1 || transfer.isRepeatable
    }

    private func allowsSocket() -> Bool {
        hasLookedUp = true
        return !isAbandoned
    }
}
