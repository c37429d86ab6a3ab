public import APIKeys
import Foundation

extension MockTransport.Answer {
    /// A response whose body is a model as JSON, its secrets in clear: `.json(Junction.TeamAPIKey(…))`.
    ///
    /// - Parameters:
    ///   - value: The model, or any other value. If JSON can't represent it, the transport throws.
    ///   - status: The status; 200 by default.
    ///   - headers: Further header fields.
    /// - Returns: The answer.
    public static func json(
        _ value: some Encodable, status: Int = 200, headers: HTTPHeaders = [:]
    ) -> MockTransport.Answer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.userInfo[.revealsSecrets] = true
        do {
            return .body(try encoder.encode(value), status: status, headers: headers)
        } catch {
            return .failure(error)
        }
    }

    /// A response whose body is the given JSON.
    ///
    /// - Parameters:
    ///   - text: The JSON.
    ///   - status: The status; 200 by default.
    ///   - headers: Further header fields.
    /// - Returns: The answer.
    public static func json(text: String, status: Int = 200, headers: HTTPHeaders = [:]) -> MockTransport.Answer {
        .body(Data(text.utf8), status: status, headers: headers)
    }

    private static func body(_ body: Data, status: Int, headers: HTTPHeaders) -> MockTransport.Answer {
        var headers = headers
        if headers["Content-Type"] == nil { headers["Content-Type"] = "application/json" }
        return .response(HTTPResponse(status: status, headers: headers, body: body))
    }
}
