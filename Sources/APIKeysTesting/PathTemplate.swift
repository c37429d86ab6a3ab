/// A path with named parameters, such as `/v1/org/{org_id}/team`.
package struct PathTemplate: Hashable, Sendable, ExpressibleByStringLiteral {
    /// The path as it was written.
    package let text: String
    private let segments: [Substring]

    package init(_ text: String) {
        self.text = text
        segments = text.split(separator: "/", omittingEmptySubsequences: false)
    }

    package init(stringLiteral value: String) {
        self.init(value)
    }

    /// The decoded values of the parameters in a path, by their names; `nil` for another path.
    ///
    /// The path is percent-encoded: a slash that is encoded parts no segments.
    package func match(_ path: some StringProtocol, decode: (Substring) -> String) -> [String: String]? {
        let others = String(path).split(separator: "/", omittingEmptySubsequences: false)
        guard others.count == segments.count else { return nil }
        var values: [String: String] = [:]
        for (segment, other) in zip(segments, others) {
            let value = decode(other)
            if segment.hasPrefix("{"), segment.hasSuffix("}") {
                if value.isEmpty { return nil }
                values[String(segment.dropFirst().dropLast())] = value
            } else if segment != value {
                return nil
            }
        }
        return values
    }
}
