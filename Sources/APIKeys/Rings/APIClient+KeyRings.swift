import Foundation

extension APIClient {
    /// The client's configuration, for its rings.
    package var ringConfiguration: ClientConfiguration { configuration }

    /// The ``KeyRing/place`` of a ring: the provider, the server if it is not the provider's own, and what the ring's
    /// list is limited to. Holds no secret.
    ///
    /// - Parameter parts: What the list is limited to.
    /// - Returns: The place.
    package func place(_ parts: [String?]) -> String {
        var server: String?
        if let baseURL = configuration.baseURL {
            let port = baseURL.port.map { ":\($0)" } ?? ""
            let path = baseURL.pathComponents.filter { $0 != "/" }.map { "/\($0)" }.joined()
            server = "\(baseURL.scheme ?? "")://\(baseURL.host() ?? "")\(port)".lowercased() + path
        }
        return ([provider, server] + parts).compactMap { $0 }.joined(separator: " ")
    }

    /// Tells clients with different credentials apart within this process. A credential source that cannot be compared
    /// is told apart by its client: the copies of one client share it.
    package var account: AnyHashable {
        if case .success(let credential) = authentication.fixed { return AnyHashable(credential.secret) }
        return switch authentication.source {
        case let source? where type(of: source) is AnyClass: AnyHashable(ObjectIdentifier(source as AnyObject))
        default: AnyHashable(ObjectIdentifier(identity))
        }
    }

    /// The error for an ID that cannot be one of the provider's.
    ///
    /// - Parameters:
    ///   - reason: The rule: `id must be a UUID`.
    ///   - operation: The operation.
    /// - Returns: The error.
    package func invalid(_ reason: String, _ operation: String) -> APIError {
        APIError(kind: .invalidRequest(reason), outcome: .notProcessed, provider: provider, operation: operation)
    }
}
