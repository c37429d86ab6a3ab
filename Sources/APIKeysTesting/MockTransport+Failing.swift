public import APIKeys
import Foundation

extension MockTransport.Answer {
    /// An answer that ends a call with an error of this kind, with the outcome that goes with it.
    ///
    /// If a server causes an error of this kind, the answer is that server's response, and the call treats it as such:
    /// ``/APIKeys/APIError/Kind/rateLimited`` is retried, and so on. ``/APIKeys/APIError/Kind/invalidRequest(_:)``,
    /// ``/APIKeys/APIError/Kind/cancelled``, ``/APIKeys/APIError/Kind/credential`` and
    /// ``/APIKeys/APIError/Kind/middleware``, which no server causes, end the call at once.
    ///
    /// - Parameters:
    ///   - kind: The kind.
    ///   - message: The error's message. Not used if the kind is ``/APIKeys/APIError/Kind/validation(_:)``, or one that
    ///     a transport or an unreadable body causes.
    ///   - retryAfter: How long the server asks to wait, in its `Retry-After`. Used only if a status of the server
    ///     causes the kind.
    /// - Returns: The answer.
    public static func failing(
        _ kind: APIError.Kind, message: String? = nil, retryAfter: Duration? = nil
    ) -> MockTransport.Answer {
        if case .validation(let error) = kind { return .json(error, status: 422) }
        if let status = status(of: kind) {
            var headers: HTTPHeaders = kind == .redirect ? ["Location": "https://elsewhere.example.com/"] : [:]
            if let retryAfter { headers["Retry-After"] = "\(retryAfter / .seconds(1))" }
            return .json(message.map { ["detail": $0] } ?? [:], status: status, headers: headers)
        }
        switch kind {
        case .decoding: return .json(text: "{")
        case .network(let failure): return .failure(failure)
        case .timedOut: return .failure(NetworkFailure(reason: .timedOut))
        case .responseTooLarge:
            let beginning = HTTPResponse(status: 200)
            return .failure(NetworkFailure(reason: .responseTooLarge, partialResponse: beginning))
        default:
            return .failure(
                APIError(kind: kind, outcome: .notProcessed, message: message, provider: "", operation: ""))
        }
    }

    private static func status(of kind: APIError.Kind) -> Int? {
        switch kind {
        case .badRequest: 400
        case .unauthorized: 401
        case .forbidden: 403
        case .notFound: 404
        case .conflict: 409
        case .rateLimited: 429
        case .server: 503
        case .redirect: 307
        case .unexpectedStatus: 405
        default: nil
        }
    }
}
