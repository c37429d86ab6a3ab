package import APIKeys
package import APIKeysTesting
import Foundation

/// Checks a call that must not reach the wire.
///
/// - Parameters:
///   - reason: What the error has to say.
///   - call: The call.
/// - Returns: What is wrong; `nil` if nothing is.
package func problemUnlessRefused(
    _ reason: String, _ call: @Sendable (MockTransport) async throws -> Void
) async -> String? {
    let transport = MockTransport()
    do {
        try await call(transport)
        return "the call succeeded"
    } catch {
        guard let error = error as? APIError else { return "threw \(error)" }
        if !transport.requests.isEmpty { return "something was sent" }
        if error.outcome != .notProcessed { return "the outcome is \(error.outcome)" }
        return error.kind == .invalidRequest(reason) ? nil : "threw \(error)"
    }
}

/// Checks what odd values of a path's parameter become on the wire.
///
/// - Parameters:
///   - name: The parameter's name, as errors have it.
///   - url: The URL that has to be requested, with `*` in the parameter's place.
///   - call: The call with a value.
/// - Returns: What is wrong; empty if nothing is.
package func problemsWithOddParameters(
    _ name: String, in url: String, _ call: @escaping @Sendable (MockTransport, String) async throws -> Void
) async -> [String] {
    var problems: [String] = []
    for (value, reason) in [("", "must not be empty"), (".", "must not be \".\""), ("..", "must not be \"..\"")] {
        if let problem = await problemUnlessRefused("\(name) \(reason)", { try await call($0, value) }) {
            problems.append("\"\(value)\": \(problem)")
        }
    }
    // Pairs, since a dictionary takes both forms of é for one key.
    let encodings: KeyValuePairs = [
        "a/b": "a%2Fb", "%2e%2e": "%252e%252e", "...": "...", "a b": "a%20b", "a?b#c": "a%3Fb%23c", "é": "%C3%A9",
        "e\u{301}": "e%CC%81", "🔑": "%F0%9F%94%91", "\\": "%5C", "a\u{0}\n": "a%00%0A", "..;": "..%3B", "-._~": "-._~",
    ]
    for (value, encoded) in encodings {
        let transport = MockTransport { _ in HTTPResponse(status: 404) }
        do { try await call(transport, value) } catch { _ = error }
        let sent = transport.requests.map(\.url.absoluteString)
        if sent != [url.replacing("*", with: encoded)] { problems.append("\"\(value)\" went to \(sent)") }
    }
    return problems
}

/// Calls something that has to throw an ``APIError``.
///
/// - Parameter call: The call.
/// - Returns: The error; `nil` if there was none, or another one.
package func thrownError(_ call: () async throws -> Void) async -> APIError? {
    do {
        try await call()
        return nil
    } catch {
        return error as? APIError
    }
}

extension HTTPResponse {
    /// A response with a JSON text for its body.
    package static func json(_ text: String, status: Int = 200) -> HTTPResponse {
        HTTPResponse(status: status, body: Data(text.utf8))
    }
}

extension MockTransport.Answer {
    /// An answer with a JSON text for its body.
    package static func json(_ text: String, status: Int = 200) -> MockTransport.Answer {
        .response(.json(text, status: status))
    }
}
