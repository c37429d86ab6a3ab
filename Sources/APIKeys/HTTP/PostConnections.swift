/// Which connections carry a POST, or another request with a body, such as one that creates a key.
public enum PostConnections: Hashable, Sendable {
    /// A new connection for each request, closed after it. With ``URLSessionTransport`` over TLS and HTTP/1.1 on Linux,
    /// each takes 43 ms of CPU time.
    case fresh
    /// Connections that are kept open, for bulk work with a server that keeps them open too.
    ///
    /// `CurlTransport` reuses a connection that was used within the last second, and otherwise opens a new one. With
    /// ``URLSessionTransport`` on Linux, a request over a connection that the server has closed stalls until the
    /// attempt times out, with the outcome ``APIError/Outcome/unknown``; nothing is sent twice.
    case kept
}
