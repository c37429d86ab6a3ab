import APIKeys

extension CurlTransport: Opaque {}
extension CurlTransport.Unavailable: PrintableError {}
