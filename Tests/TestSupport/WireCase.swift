package import APIKeys
package import APIKeysTesting
import Foundation

/// One call of a provider: what has to go on the wire, what comes back, and what the caller gets.
package struct WireCase: Sendable, CustomStringConvertible {
    package let description: String
    private let request: String
    private let status: Int
    private let answer: String
    /// The new secret that the answer holds.
    private let secret: Secret?
    /// Performs the call; returns whether its value is the one stated, the value, and the new secret in it.
    private let call: @Sendable (MockTransport) async throws -> (isExpected: Bool, value: String, secret: Secret?)

    /// States a case.
    ///
    /// - Parameters:
    ///   - name: What the case is about.
    ///   - requestLine: The request's method and URL.
    ///   - credential: The header line of the credential, or `nil` for a request without one.
    ///   - body: The request's body, byte for byte.
    ///   - status: The answer's status.
    ///   - answer: The answer's body.
    ///   - value: What the call has to return.
    ///   - secret: Reads the new secret of a value.
    ///   - call: The call.
    package init<Value: Equatable & Sendable>(
        _ name: String,
        _ requestLine: String,
        credential: String?,
        body: String? = nil,
        status: Int = 200,
        answer: String,
        returns value: Value,
        secret: @escaping @Sendable (Value) -> Secret? = { _ in nil },
        call: @escaping @Sendable (MockTransport) async throws -> Value
    ) {
        var lines = [requestLine, "Accept: application/json", "Accept-Language: en", "User-Agent: swift-api-keys/*"]
        // A create asks for its answer as it is: a coding that can't be undone would take the new secret with it.
        let isCreate = requestLine.hasPrefix("POST ") && !requestLine.hasSuffix("/create_api_access_token")
        if isCreate { lines.append("Accept-Encoding: identity") }
        if body != nil { lines.append("Content-Type: application/json") }
        if let credential { lines.append(credential) }
        self.description = name
        self.request = (lines + ["", body ?? "(none)"]).joined(separator: "\n")
        self.status = status
        self.answer = answer
        self.secret = secret(value)
        self.call = { transport in
            let result = try await call(transport)
            return (result == value, "\(result)", secret(result))
        }
    }

    /// Performs the call.
    ///
    /// - Returns: What is not as the case states; empty if all is.
    package func problems() async throws -> [String] {
        let transport = MockTransport(.response(HTTPResponse(status: status, body: Data(answer.utf8))))
        let result = try await call(transport)
        let sent = transport.requests.map(Self.transcript).joined(separator: "\n\n")
        return (sent == request ? [] : ["sent:\n\(sent)\ninstead of:\n\(request)"])
            + (result.isExpected ? [] : ["returned \(result.value)"])
    }

    /// Performs the call once for every change of the answer. Each has to end with a value, or with an error that keeps
    /// what the server sent; a new secret has to be in the one or the other.
    ///
    /// - Returns: What went wrong; empty if nothing did.
    /// - Throws: An error that is none of the client's.
    package func problemsWithChangedAnswers() async throws -> [String] {
        var problems: [String] = []
        for mutation in try JSONMutation.all(of: answer) {
            let body = Data(mutation.text.utf8)
            let holdsSecret = secret.map { mutation.text.contains($0.reveal()) } ?? false
            let transport = MockTransport(.response(HTTPResponse(status: status, body: body)))
            do {
                let result = try await call(transport)
                if holdsSecret, result.secret != secret { problems.append("\(mutation): the value has no secret") }
            } catch let error as APIError {
                // The change is a cursor now, and the next page is another call.
                if transport.requests.count > 1 { continue }
                if error.kind != .decoding || error.outcome != .processed { problems.append("\(mutation): \(error)") }
                if error.responseBody != body { problems.append("\(mutation): the body is lost") }
                if holdsSecret, error.recoveredSecret != secret { problems.append("\(mutation): the secret is lost") }
                if let secret, "\(error)".contains(secret.reveal()) {
                    problems.append("\(mutation): the secret is shown")
                }
            }
        }
        return problems
    }

    /// A request as text: every header in its order, and the body. The version in `User-Agent` is left out.
    package static func transcript(of request: HTTPRequest) -> String {
        let headers = request.headers.fields.map { field in
            let isVersioned = field.name == "User-Agent" && field.value.hasPrefix("swift-api-keys/")
            return "\(field.name): \(isVersioned ? "swift-api-keys/*" : field.value)"
        }
        let body = request.body.map { String(decoding: $0, as: UTF8.self) } ?? "(none)"
        return (["\(request.method) \(request.url.absoluteString)"] + headers + ["", body]).joined(separator: "\n")
    }
}
