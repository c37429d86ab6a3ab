import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

extension NetworkFailure {
    /// Describes the error of a session's task.
    ///
    /// Only "cannot find host" and "cannot connect to host" can prove that nothing was sent. On Linux, a failed TLS handshake
    /// and a body that was cut are both `unknown`, -1.
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
            case .cannotFindHost: .hostNotFound
            case .cannotConnectToHost: .connectionRefused
            case .networkConnectionLost, .badServerResponse: .connectionLost
            case .timedOut: .timedOut
            case .cancelled: .cancelled
            case .secureConnectionFailed, .serverCertificateHasBadDate, .serverCertificateUntrusted,
                .serverCertificateHasUnknownRoot, .serverCertificateNotYetValid, .clientCertificateRejected,
                .clientCertificateRequired:
                .secureConnectionFailed
            // On Linux only the words tell, which serves the reader; it decides nothing.
            case .unknown where error.localizedDescription.contains("certificate"): .secureConnectionFailed
            case .cannotParseResponse, .unsupportedURL: .invalidResponse
            default: .other
            }
        let isDoubtful = reason == .connectionRefused && Self.mayHaveSent(error, bodyBytesSent)
        self.init(reason: isDoubtful ? .connectionLost : reason, code: error.errorCode)
    }

    /// Whether a request may have been sent although its task says that it could not connect.
    ///
    /// Foundation on Linux says so of any transfer during which one of the host's addresses refused, also if another one took
    /// the request (`urlErrorCode(for:)` in MultiHandle.swift). A body that was sent is counted; of a request without one
    /// only the error's words tell.
    private static func mayHaveSent(_ error: URLError, _ bodyBytesSent: Int64?) -> Bool {
        if let bodyBytesSent { return bodyBytesSent > 0 }
        return !error.localizedDescription.contains("onnect to")
    }
}
