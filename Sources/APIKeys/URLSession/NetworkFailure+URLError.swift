import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

extension NetworkFailure {
    /// Describes the error of a session's task.
    ///
    /// Few codes prove that nothing was sent: those by which Foundation says that it had no host, no address, no
    /// network or no permission to begin with. On Linux, a failed TLS handshake and a body that was cut are both
    /// `unknown`, -1.
    ///
    /// - Parameters:
    ///   - error: The error.
    ///   - bodyBytesSent: How many bytes of the request's body were sent; `nil` for a request without one.
    package init(_ error: any Error, bodyBytesSent: Int64?) {
        guard let error = error as? URLError else {
            self.init(reason: .other)
            return
        }
        let reason: Reason =
            switch error.code {
            case .cannotFindHost, .dnsLookupFailed: .hostNotFound
            case .cannotConnectToHost: .connectionRefused
            case .notConnectedToInternet, .dataNotAllowed, .internationalRoamingOff: .notConnected
            case .networkConnectionLost, .badServerResponse: .connectionLost
            case .timedOut: .timedOut
            case .cancelled: .cancelled
            case .secureConnectionFailed, .serverCertificateHasBadDate, .serverCertificateUntrusted,
                .serverCertificateHasUnknownRoot, .serverCertificateNotYetValid, .clientCertificateRejected,
                .clientCertificateRequired, .appTransportSecurityRequiresSecureConnection:
                .secureConnectionFailed
            // On Linux only the words tell, which serves the reader; it decides nothing.
            case .unknown where error.localizedDescription.contains("certificate"): .secureConnectionFailed
            case .cannotParseResponse, .unsupportedURL: .invalidResponse
            default: .other
            }
        switch reason {
        case .connectionRefused where Self.mayHaveSent(error, bodyBytesSent):
            self.init(reason: .connectionLost, code: error.errorCode)
        case .hostNotFound, .notConnected:
            // A network that went away in the midst of a request has the same code as one that was never there.
            let hasSent = bodyBytesSent ?? 0 > 0
            self.init(reason: hasSent ? .connectionLost : reason, code: error.errorCode)
        default:
            // Neither a URL that can't be used nor plain http that App Transport Security forbids comes to a
            // connection.
            let isBeforeSending = error.code == .badURL || error.code == .appTransportSecurityRequiresSecureConnection
            self.init(reason: reason, code: error.errorCode, nothingWasSent: isBeforeSending ? true : nil)
        }
    }

    /// Whether a request may have been sent although its task says that it could not connect.
    ///
    /// Foundation on Linux says so of any transfer during which one of the host's addresses refused, also if another
    /// one took the request (`urlErrorCode(for:)` in MultiHandle.swift). A body that was sent is counted; of a request
    /// without one only the error's words tell. On Apple's platforms the code means what it says, in whatever language
    /// its words are.
    private static func mayHaveSent(_ error: URLError, _ bodyBytesSent: Int64?) -> Bool {
        if let bodyBytesSent { return bodyBytesSent > 0 }
        #if canImport(FoundationNetworking)
            return !error.localizedDescription.contains("onnect to")
        #else
            return false
        #endif
    }
}
