public import Foundation

extension APIError: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable, LocalizedError {
    /// One line: the call, what went wrong, what the server said, and whether the request may have taken effect.
    public var description: String {
        var text = "\(provider).\(operation): \(summary)"
        if let message { text += ": \(message)" }
        var facts: [String] = []
        switch outcome {
        case .notProcessed: facts.append("not processed")
        case .processed: facts.append("processed: the server carried the request out")
        case .unknown: facts.append("outcome unknown: the server may have carried the request out")
        }
        if attempts > 1 { facts.append("\(attempts) attempts") }
        if let retryAfter { facts.append("retry after \(retryAfter)") }
        if let requestID { facts.append("request id \(requestID)") }
        if recoveredSecret != nil { facts.append("the new secret is in recoveredSecret") }
        return text + " (" + facts.joined(separator: "; ") + ")"
    }

    /// The same as ``description``.
    public var debugDescription: String { description }

    /// The same as ``description``.
    public var errorDescription: String? { description }

    /// A mirror that shows neither the body nor the error behind this one, which may hold secrets.
    public var customMirror: Mirror {
        let children: KeyValuePairs<String, Any> = [
            "kind": kind, "outcome": outcome, "message": message as Any, "provider": provider, "operation": operation,
            "status": status as Any, "requestID": requestID as Any, "attempts": attempts,
            "retryAfter": retryAfter as Any, "responseBody": responseBody.map { "\($0.count) bytes" } as Any,
            "recoveredSecret": recoveredSecret as Any, "underlying": underlying.map { "\(type(of: $0))" } as Any,
        ]
        return Mirror(self, children: children, displayStyle: .struct)
    }

    private var summary: String {
        let code = status.map { "\($0) " } ?? ""
        return switch kind {
        case .invalidRequest(let reason): "invalid request: \(reason)"
        case .validation(let error): "\(code)validation failed" + (error.detail.isEmpty ? "" : ": \(error)")
        case .badRequest: "\(code)bad request"
        case .unauthorized: "\(code)unauthorized"
        case .forbidden: "\(code)forbidden"
        case .notFound: "\(code)not found"
        case .conflict: "\(code)conflict"
        case .rateLimited: "\(code)rate limited"
        case .server: "\(code)server error"
        case .redirect: "\(code)redirect, not followed"
        case .unexpectedStatus: "\(code)unexpected status"
        case .network(let failure): "\(code)network failure: \(failure)"
        case .timedOut: "\(code)timed out"
        case .cancelled: "\(code)cancelled"
        case .decoding: "\(code)unreadable response" + (decodingProblem.map { ": \($0)" } ?? "")
        case .responseTooLarge: "\(code)response too large"
        case .credential: "no credential" + underlyingType
        case .middleware: "\(code)middleware failed" + underlyingType
        }
    }

    private var underlyingType: String {
        underlying.map { ": \(type(of: $0))" } ?? ""
    }

    /// Where a body departs from its schema, without any of its values.
    private var decodingProblem: String? {
        guard let error = underlying as? DecodingError else { return nil }
        let (path, problem): ([any CodingKey], String) =
            switch error {
            case .keyNotFound(let key, let context): (context.codingPath + [key], "is missing")
            case .valueNotFound(_, let context): (context.codingPath, "is null")
            case .typeMismatch(let type, let context): (context.codingPath, "is not a \(type)")
            case .dataCorrupted(let context): (context.codingPath, "is malformed")
            @unknown default: ([], "is malformed")
            }
        let location = path.map { key in key.intValue.map { .index($0) } ?? LocationElement.field(key.stringValue) }
        return "\(location.isEmpty ? "the body" : location.path) \(problem)"
    }
}
