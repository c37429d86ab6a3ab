import APIKeys
import CAPIKeysCurl

/// One request on its way: what has been read of its response, how often it was sent, and who waits for it.
// Unchecked: `send` fills it before it is handed to a loop; from then on only that loop's thread touches it.
final class Transfer: @unchecked Sendable {
    let request: HTTPRequest
    var continuation: CheckedContinuation<Result<HTTPResponse, NetworkFailure>, Never>?
    var response: ResponseReader
    /// The handle that carries it.
    var handle: EasyHandle?
    /// How often libcurl asked to send it.
    var requestCount = 0
    var isCancelled = false

    init(_ request: HTTPRequest) {
        self.request = request
        response = ResponseReader(maximumBodyBytes: request.maximumResponseBytes)
    }

    /// Whether libcurl may repeat the request by itself: RFC 9110 calls these methods safe.
    var isRepeatable: Bool { request.method == .get || request.method.rawValue == "HEAD" }

    /// Whether this is a POST or has a body, as all that creates has.
    var isPost: Bool { request.body != nil || request.method == .post }

    /// Ends the transfer with what has been read. libcurl's code is 0 if it holds the response for whole.
    func end(_ code: Int, canProve: Bool) {
        if code == CCURL_OK, response.isHeadComplete, let response = response.response {
            return resume(.success(response))
        }
        // libcurl also holds a head for whole that has no blank line at its end.
        let reason: NetworkFailure.Reason =
            response.isTooLarge ? .responseTooLarge : code == CCURL_OK ? .connectionLost : .init(curlCode: code)
        fail(reason, code: code == CCURL_OK ? nil : code, canProve: canProve)
    }

    /// Ends the transfer without a whole response.
    func fail(_ reason: NetworkFailure.Reason, code: Int? = nil, canProve: Bool) {
        resume(
            .failure(
                NetworkFailure(
                    reason: reason, code: code, partialResponse: response.response,
                    nothingWasSent: canProve && requestCount == 0)))
    }

    private func resume(_ result: Result<HTTPResponse, NetworkFailure>) {
        continuation?.resume(returning: result)
        continuation = nil
    }
}
