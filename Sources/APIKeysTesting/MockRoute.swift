import APIKeys
import Foundation

/// What a ``MockTransport`` answers, and to which requests.
struct MockRoute: Sendable {
    let text: String
    private var answer: MockTransport.Answer
    /// `nil` if it is for every request.
    private var pattern: (method: Substring, path: PathTemplate)?

    /// A route of a text such as `GET /v1/teams/{team_id}`.
    init(_ text: String, _ answer: MockTransport.Answer) {
        self.text = text
        self.answer = answer
        let parts = text.split(separator: " ", maxSplits: 1)
        pattern = (parts.first ?? "", PathTemplate(parts.count > 1 ? String(parts[1]) : ""))
    }

    /// The answers to all requests, in their order.
    init(script: [MockTransport.Answer]) {
        text = "\(script.count) request\(script.count == 1 ? "" : "s")"
        answer = .sequence(script)
    }

    func matches(_ request: HTTPRequest) -> Bool {
        guard let pattern else { return true }
        guard request.method.rawValue == pattern.method else { return false }
        let path = URLComponents(url: request.url, resolvingAgainstBaseURL: true)?.percentEncodedPath ?? ""
        return pattern.path.match(path, decode: { $0.removingPercentEncoding ?? String($0) }) != nil
    }

    /// The answer to the next request, which a sequence gives once.
    mutating func next() -> MockTransport.Answer? {
        guard case .sequence(let answers) = answer else { return answer }
        answer = .sequence(Array(answers.dropFirst()))
        return answers.first
    }
}
