import APIKeys

/// How the answer to a request arrives.
enum Delivery: Hashable, Sendable {
    /// In full.
    case whole(HTTPResponse)
    /// Not at all: there was no connection.
    case refused
    /// Not at all: the connection ended.
    case lost
    /// With so many bytes of its body.
    case cut(HTTPResponse, Int)
}
