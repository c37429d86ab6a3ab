/// Why a response can't be taken for what it says, in words that become ``APIError/message``.
package protocol ExplainedError: Error {
    /// The reason, without any value of the response.
    var explanation: String { get }
}

extension DecodingError: ExplainedError {
    /// Where a body departs from its schema: `team_id is missing`.
    package var explanation: String {
        let (path, problem): ([any CodingKey], String) =
            switch self {
            case .keyNotFound(let key, let context): (context.codingPath + [key], "is missing")
            case .valueNotFound(_, let context): (context.codingPath, "is null")
            case .typeMismatch(let type, let context): (context.codingPath, "is not a \(type)")
            case .dataCorrupted(let context): (context.codingPath, "is malformed")
            @unknown default: ([], "is malformed")
            }
        let location = [LocationElement](path)
        return "\(location.isEmpty ? "the body" : location.path) \(problem)"
    }
}

extension [LocationElement] {
    init(_ path: [any CodingKey]) {
        self = path.map { key in key.intValue.map { .index($0) } ?? .field(key.stringValue) }
    }
}
