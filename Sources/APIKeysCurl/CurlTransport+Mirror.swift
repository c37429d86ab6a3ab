import APIKeys
import Foundation

extension CurlTransport: Opaque {}
extension CurlTransport.Unavailable: PrintableError {}
