/// The connections for requests with a body, such as those that create a key.
public enum PostConnections: Hashable, Sendable {
    /// A connection for each, closed behind it. With ``URLSessionTransport`` over TLS and HTTP/1.1 on Linux, each takes
    /// 43 ms of a processor's time.
    case fresh
    /// Connections that are kept, for bulk work against a server that keeps them too.
    ///
    /// `CurlTransport` takes one that was used within the last second, or else a fresh one. With
    /// ``URLSessionTransport`` on Linux, a request over a connection that the server has dropped meanwhile stalls until
    /// the attempt's time is up and ends in ``APIError/Outcome/unknown``; nothing is sent twice.
    case kept
}
