import APIKeysTesting
import BasetenKeys

/// What went wrong, for a person: every case of today, and whatever a later version adds.
func explanation(of error: APIError) -> String {
    switch error.kind {
    case .invalidRequest(let problem): "not sent: \(problem)"
    case .validation(let invalid): invalid.detail.map(\.path).joined(separator: ", ")
    case .unauthorized, .forbidden, .credential: "check the key"
    case .badRequest, .notFound, .conflict: "the server refused it"
    case .rateLimited: "too fast"
    case .server, .redirect, .unexpectedStatus, .decoding, .responseTooLarge: "the server is at fault"
    case .network(let failure): "\(failure.reason)"
    case .timedOut, .cancelled: "ended before the server answered"
    case .middleware: "ended by a middleware"
    @unknown default: "something new"
    }
}

/// Whether to tell the user: a few cases, and all the others.
func isWorthACall(_ error: APIError) -> Bool {
    switch error.kind {
    case .cancelled, .rateLimited: false
    default: true
    }
}

func errors() async throws {
    let invalid = #"{"detail":[{"loc":["body","model_ids",0],"msg":"unknown","type":"value_error"}]}"#
    let transport = MockTransport(.json(text: invalid, status: 422), .failing(.rateLimited, retryAfter: .seconds(7)))
    let baseten = BasetenClient(
        apiKey: Secret("abc.def"), configuration: ClientConfiguration(retry: .never), transport: transport)
    do throws(APIError) {
        _ = try await baseten.createAPIKey(type: .workspaceInvoke, modelIDs: ["m"])
    } catch {
        try check(explanation(of: error) == "body.model_ids[0]" && error.outcome == .notProcessed, "\(error)")
    }
    do {
        _ = try await baseten.teams()
        throw Failure("no error")
    } catch let error as APIError {
        try check(!isWorthACall(error) && error.status == 429, "\(error)")
        try check(error.retryAfter == .seconds(7) && error.headers["retry-after"] != nil, "\(error.headers)")
    }
}
