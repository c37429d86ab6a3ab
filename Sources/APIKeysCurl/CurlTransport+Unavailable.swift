public import APIKeys

extension CurlTransport {
    /// The error that says why a transport can't be created.
    public typealias Unavailable = APIKeys.Unavailable
}

extension CurlTransport: Opaque {}
