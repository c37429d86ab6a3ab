import APIKeys
import Foundation

/// The method and path that a ``MockTransport`` tells requests apart by.
struct MockRoute: Sendable {
    let text: String
    private let method: Substring
    private let segments: [Substring]

    /// - Parameter text: Such as `GET /v1/teams/{team_id}`.
    init(_ text: String) {
        self.text = text
        let parts = text.split(separator: " ", maxSplits: 1)
        method = parts.first ?? ""
        segments = Self.segments(of: parts.count > 1 ? parts[1] : "")
    }

    func matches(_ request: HTTPRequest) -> Bool {
        guard request.method.rawValue == method else { return false }
        // Not `path`, which is decoded: a slash within a segment would part it.
        let path = URLComponents(url: request.url, resolvingAgainstBaseURL: true)?.percentEncodedPath ?? ""
        let others = Self.segments(of: path[...])
        return others.count == segments.count
            && zip(segments, others).allSatisfy { pattern, segment in
                pattern == segment || (pattern.hasPrefix("{") && pattern.hasSuffix("}") && !segment.isEmpty)
            }
    }

    private static func segments(of path: Substring) -> [Substring] {
        path.split(separator: "/", omittingEmptySubsequences: false)
    }
}
