package import APIKeys

/// A request that has arrived in full.
package struct IncomingRequest: Hashable, Sendable {
    /// The request as a transport would be handed it. Its header fields are those on the wire, in their order.
    package let request: HTTPRequest
    /// Whether the client expects the connection to stay open behind the answer.
    package let keepsAlive: Bool
    /// Whether the client speaks HTTP/1.0, which closes a connection unless told otherwise.
    package let isHTTP10: Bool
}
