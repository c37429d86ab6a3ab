public import APIKeys

/// A transport that uses the system's libcurl, for Linux.
///
/// ```swift
/// let junction = JunctionClient(
///     managementKey: key, organizationID: organizationID, transport: try CurlTransport())
/// ```
///
/// Compared with `URLSessionTransport`, no response ends the process, a failed call knows whether anything was sent,
/// and a create over a fresh TLS connection takes a fraction of the time. An attempt that is not a GET or HEAD sends
/// its request at most once. Redirects are not followed; there are no cookies, caches or `.netrc`; certificates are
/// always verified.
///
/// All transports with the same ``Options`` share a thread and its connections, until the last of them is gone.
public final class CurlTransport: HTTPTransport {
    private let loop: EventLoop

    /// The version of the libcurl in use, such as `7.88.1`; `nil` if there is none.
    public static var libraryVersion: String? { try? Library.shared().version }

    /// Creates a transport.
    ///
    /// - Parameter options: The options; the defaults suit most programs.
    /// - Throws: ``/APIKeys/Unavailable`` if libcurl is missing, older than 7.68, or built without TLS or an
    ///   asynchronous resolver; if this is not Linux; if an option can't be used; or if no file descriptor or thread is
    ///   available.
    public convenience init(options: Options = Options()) throws(Unavailable) {
        try self.init(options: options, without: [])
    }

    /// Creates a transport that does without features of libcurl, as if it were older.
    package init(options: Options, without missing: Library.Features) throws(Unavailable) {
        let library = try Library.shared()
        if let problem = options.problem { throw Unavailable(reason: problem) }
        loop = try EventLoop.shared(for: options, features: library.features.subtracting(missing))
    }

    /// Sends the request and returns the response, whatever its status.
    ///
    /// - Parameter request: The request.
    /// - Returns: The response, its body decoded. If the request has an `Accept-Encoding` of its own, a body that can't
    ///   be decoded is kept as it came.
    /// - Throws: `NetworkFailure`, at once when the task is cancelled; its code is libcurl's, such as 7. `APIError` of
    ///   the kind `invalidRequest`, with nothing sent, for a header that may not be sent.
    public func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        try request.check()
        let transfer = Transfer(request)
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                transfer.continuation = continuation
                loop.start(transfer)
            }
        } onCancel: {
            loop.cancel(transfer)
        }
        return try ContentCoding.decoded(result, for: request).get()
    }
}
