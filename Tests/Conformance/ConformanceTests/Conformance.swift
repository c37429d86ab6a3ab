import APIKeys
import APIKeysTesting
import Foundation
import Testing

/// The server that `Tests/Conformance/run` started, and what every suite does with it. What the application starts with
/// is in `app/state.py` beside this folder.
enum Conformance {
    /// The server's address. Without one it is a URL that every client refuses: no test may reach a provider.
    static let baseURL =
        ProcessInfo.processInfo.environment["CONFORMANCE_URL"].flatMap(URL.init(string:)) ?? URL(filePath: "/")

    static let configuration = ClientConfiguration(baseURL: baseURL, retry: .never)

    /// A text that no other test has.
    static func unique(_ text: String = "ci") -> String {
        "\(text) \(UUID().uuidString)"
    }

    /// An id from `app/state.py`; one that the server does not know where the text is none.
    static func uuid(_ text: String) -> UUID {
        UUID(uuidString: text) ?? UUID()
    }

    /// A transport to the server that records the requests, and may change one before it goes out.
    static func recorder(_ change: @escaping @Sendable (inout HTTPRequest) -> Void = { _ in }) -> MockTransport {
        MockTransport { request in
            var request = request
            change(&request)
            return try await URLSessionTransport.shared.send(request)
        }
    }

    /// The error that a closure throws.
    static func failure(_ body: () async throws(APIError) -> some Any) async throws -> APIError {
        do {
            let value = try await body()
            throw Unexpected(value: "\(value)")
        } catch let error as APIError {
            return error
        }
    }

    /// Sends a request past every check of the clients.
    ///
    /// - Parameters:
    ///   - line: The method and what follows the base URL, encoded.
    ///   - headers: The headers, the credential among them.
    ///   - body: The members of the body.
    /// - Returns: The response, whatever its status.
    /// - Throws: `NetworkFailure`.
    static func send(
        _ line: String, _ headers: HTTPHeaders, _ body: [String: JSONValue]? = nil
    ) async throws -> HTTPResponse {
        let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
        let url = try #require(URL(string: baseURL.absoluteString + (parts.last ?? "")))
        var request = HTTPRequest(method: HTTPMethod(rawValue: parts[0]), url: url, headers: headers)
        if let body {
            request.headers["Content-Type"] = "application/json"
            request.body = try JSONEncoder().encode(body)
        }
        return try await URLSessionTransport.shared.send(request)
    }

    /// The entries of a 422, read by the public model alone.
    static func validation(_ response: HTTPResponse) throws -> [ValidationError] {
        #expect(response.status == 422)
        return try JSONDecoder().decode(HTTPValidationError.self, from: response.body).detail
    }

    /// The reason why a client refuses a call. Nothing may have been sent.
    static func refusal(
        _ call: (MockTransport) async throws(APIError) -> some Any
    ) async throws -> String {
        let transport = recorder()
        let error = try await failure { () throws(APIError) in try await call(transport) }
        guard case .invalidRequest(let reason) = error.kind else { throw error }
        #expect(transport.requests.isEmpty)
        #expect(error.attempts == 0 && error.status == nil && error.outcome == .notProcessed)
        return reason
    }
}

/// A call succeeded that had to fail.
struct Unexpected: Error {
    var value: String
}
