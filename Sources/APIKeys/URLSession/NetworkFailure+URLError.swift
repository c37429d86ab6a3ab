import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

extension NetworkFailure {
    /// Describes the error of a session's task.
    ///
    /// Only "cannot find host" and "cannot connect to host" can prove that nothing was sent. On Linux, a failed TLS handshake
    /// and a body that was cut are both `unknown`, -1.
    init(_ error: any Error) {
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
        self.init(reason: reason, code: error.errorCode)
    }
}
