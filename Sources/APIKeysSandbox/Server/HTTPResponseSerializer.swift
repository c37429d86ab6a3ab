package import APIKeys
package import Foundation

/// Turns a handler's response into the bytes that answer one request. Knows nothing of sockets.
///
/// How a message is framed is decided here and not by the handler: its `Content-Length`, `Transfer-Encoding` and
/// `Connection` fields are replaced.
package struct HTTPResponseSerializer: Sendable {
    /// An answer's bytes.
    package struct Message: Hashable, Sendable {
        /// The head and the body.
        package var bytes: [UInt8]
        /// How many of the bytes are the head.
        package var headCount: Int
    }

    /// The method that is answered, or `nil` where no request could be read.
    package var method: HTTPMethod?
    /// Whether the client speaks HTTP/1.0.
    package var isHTTP10 = false
    /// Whether the connection stays open behind the answer.
    package var keepsAlive: Bool

    package init(method: HTTPMethod?, isHTTP10: Bool = false, keepsAlive: Bool) {
        self.method = method
        self.isHTTP10 = isHTTP10
        self.keepsAlive = keepsAlive
    }

    /// What keeps a response from being sent, or `nil`. Shows no header value.
    package static func problem(in response: HTTPResponse) -> String? {
        guard (200...999).contains(response.status) else {
            return "The handler's status \(response.status) cannot end a request"
        }
        return response.headers.problem.map { "The handler's response cannot be sent: \($0)" }
    }

    /// Whether a handler's response asks for the connection to be closed behind it.
    package static func asksForClose(_ response: HTTPResponse) -> Bool {
        response.headers.values(for: "Connection").contains { $0.lowercased() == "close" }
    }

    /// An error's answer: `{"detail":"…"}`, as FastAPI has it.
    package static func error(_ status: Int, _ detail: String) -> HTTPResponse {
        let body = (try? JSONEncoder().encode(["detail": detail])) ?? Data()
        return HTTPResponse(status: status, headers: ["Content-Type": "application/json"], body: body)
    }

    /// The bytes of a response in which ``problem(in:)`` finds none.
    ///
    /// - Parameters:
    ///   - response: The response.
    ///   - date: The time of the `Date` field, where the response has none of its own.
    /// - Returns: The bytes.
    package func message(_ response: HTTPResponse, date: Date) -> Message {
        var lines = ["HTTP/1.1 \(response.status) \(Self.reasons[response.status] ?? "")"]
        let replaced = ["Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive"]
        for field in response.headers.fields
        where !replaced.contains(where: { HTTPHeaders.isSame($0, field.name) }) {
            lines.append("\(field.name): \(field.value)")
        }
        if response.headers["Date"] == nil, let date = HTTPDate.text(from: date) { lines.append("Date: \(date)") }
        let hasBody = response.status != 204 && response.status != 304
        if hasBody { lines.append("Content-Length: \(length(of: response))") }
        if !keepsAlive { lines.append("Connection: close") } else if isHTTP10 { lines.append("Connection: keep-alive") }
        var bytes = Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
        let headCount = bytes.count
        if hasBody, method != .head { bytes.append(contentsOf: response.body) }
        return Message(bytes: bytes, headCount: headCount)
    }

    /// The length of the body; of the one that a handler only tells of, where it answers a HEAD.
    private func length(of response: HTTPResponse) -> Int {
        guard method == .head, response.body.isEmpty, let told = response.headers["Content-Length"].flatMap(Int.init)
        else { return response.body.count }
        return max(told, 0)
    }

    private static let reasons = [
        200: "OK", 201: "Created", 202: "Accepted", 203: "Non-Authoritative Information", 204: "No Content",
        205: "Reset Content", 206: "Partial Content", 207: "Multi-Status", 300: "Multiple Choices",
        301: "Moved Permanently", 302: "Found", 303: "See Other", 304: "Not Modified", 307: "Temporary Redirect",
        308: "Permanent Redirect", 400: "Bad Request", 401: "Unauthorized", 402: "Payment Required",
        403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 406: "Not Acceptable",
        408: "Request Timeout", 409: "Conflict", 410: "Gone", 411: "Length Required", 412: "Precondition Failed",
        413: "Content Too Large", 414: "URI Too Long", 415: "Unsupported Media Type", 417: "Expectation Failed",
        418: "I'm a teapot", 422: "Unprocessable Content", 423: "Locked", 424: "Failed Dependency",
        425: "Too Early", 426: "Upgrade Required", 428: "Precondition Required", 429: "Too Many Requests",
        431: "Request Header Fields Too Large", 451: "Unavailable For Legal Reasons", 500: "Internal Server Error",
        501: "Not Implemented", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout",
        505: "HTTP Version Not Supported", 507: "Insufficient Storage",
    ]
}

extension HTTPMethod {
    static let head = HTTPMethod(rawValue: "HEAD")
}
