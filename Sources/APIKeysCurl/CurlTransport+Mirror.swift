import APIKeys

extension CurlTransport: Opaque {}
