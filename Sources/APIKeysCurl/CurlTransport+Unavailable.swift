public import APIKeys

extension CurlTransport {
    /// Why there is no transport.
    public typealias Unavailable = APIKeys.Unavailable
}

extension CurlTransport: Opaque {}
