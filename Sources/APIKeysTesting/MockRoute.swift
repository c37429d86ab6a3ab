import APIKeys
import Foundation

/// The method and path that a ``MockTransport`` tells requests apart by.
struct MockRoute: Sendable {
    let text: String
    private let method: Substring
    private let path: PathTemplate

    /// A route of a text such as `GET /v1/teams/{team_id}`.
    init(_ text: String) {
        self.text = text
        let parts = text.split(separator: " ", maxSplits: 1)
        method = parts.first ?? ""
        path = PathTemplate(parts.count > 1 ? String(parts[1]) : "")
    }

    func matches(_ request: HTTPRequest) -> Bool {
        guard request.method.rawValue == method else { return false }
        let path = URLComponents(url: request.url, resolvingAgainstBaseURL: true)?.percentEncodedPath ?? ""
        return self.path.match(path, decode: { $0.removingPercentEncoding ?? String($0) }) != nil
    }
}
