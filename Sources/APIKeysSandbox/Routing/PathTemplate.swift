/// A path with named parameters, such as `/v1/org/{org_id}/team`.
struct PathTemplate: Hashable, Sendable, ExpressibleByStringLiteral {
    private enum Segment: Hashable, Sendable {
        case literal(String)
        case parameter(String)
    }

    /// The path as it was written.
    let text: String
    private let segments: [Segment]

    init(_ text: String) {
        self.text = text
        segments = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { segment in
            segment.hasPrefix("{") && segment.hasSuffix("}")
                ? .parameter(String(segment.dropFirst().dropLast())) : .literal(String(segment))
        }
    }

    init(stringLiteral value: String) {
        self.init(value)
    }

    /// Compares a path.
    ///
    /// - Parameter path: The decoded segments.
    /// - Returns: The values of the parameters, or `nil` where the path is another one.
    func match(_ path: [String]) -> [String: String]? {
        guard path.count == segments.count else { return nil }
        var values: [String: String] = [:]
        for (index, (segment, value)) in zip(segments, path).enumerated() {
            switch segment {
            case .parameter(let name):
                if value.isEmpty { return nil }
                values[name] = value
            case .literal(let text):
                // The pattern that the application makes of a path ends in `$`, which lets a line feed pass.
                let isLast = index == segments.count - 1
                guard value.isSame(as: text) || (isLast && value.isSame(as: text + "\n")) else { return nil }
            }
        }
        return values
    }
}
