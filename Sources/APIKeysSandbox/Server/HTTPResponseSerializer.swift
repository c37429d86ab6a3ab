package import APIKeys
package import Foundation

/// Turns a handler's response into the bytes that answer one request. Knows nothing of sockets.
///
/// How a message is framed is decided here and not by the handler: its `Content-Length`, `Transfer-Encoding` and
/// `Connection` fields are replaced.
package struct HTTPResponseSerializer: Sendable {
    /// The method that is answered, or `nil` if no request could be read.
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
    static func problem(in response: HTTPResponse) -> String? {
        guard (200...999).contains(response.status) else {
            return "The handler's status \(response.status) cannot end a request"
        }
        return response.headers.problem.map { "The handler's response cannot be sent: \($0)" }
    }

    /// The bytes of a response in which ``problem(in:)`` finds none.
    ///
    /// - Parameters:
    ///   - response: The response.
    ///   - date: The time of the `Date` field, if the response has none of its own.
    /// - Returns: The bytes of the head, with the empty line at its end, and of the body.
    package func message(_ response: HTTPResponse, date: Date) -> (head: [UInt8], body: Data) {
        var lines = ["HTTP/1.1 \(response.status) \(Self.reasons[response.status] ?? "")"]
        let replaced = ["Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive"]
        for field in response.headers.fields
        where !replaced.contains(where: { HTTPHeaders.isSame($0, field.name) }) {
            lines.append("\(field.name): \(field.value)")
        }
        if response.headers["Date"] == nil, let date = Self.text(from: date) { lines.append("Date: \(date)") }
        let hasBody = response.status != 204 && response.status != 304
        let isHead = method?.rawValue == "HEAD"
        if hasBody {
            let told = isHead && response.body.isEmpty ? response.headers["Content-Length"].flatMap(Int.init) : nil
            lines.append("Content-Length: \(max(told ?? response.body.count, 0))")
        }
        if !keepsAlive { lines.append("Connection: close") } else if isHTTP10 { lines.append("Connection: keep-alive") }
        return (Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8), hasBody && !isHead ? response.body : Data())
    }

    /// The date as `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7), or `nil` for one before 1970 or after
    /// 9999.
    private static func text(from date: Date) -> String? {
        let seconds = date.timeIntervalSince1970.rounded(.down)
        let text = RFC3339.text(from: Date(timeIntervalSince1970: seconds)) ?? ""
        let parts = text.prefix(19).split { $0 == "-" || $0 == "T" }
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard seconds >= 0, parts.count == 4, let month = Int(parts[1]), (1...12).contains(month) else { return nil }
        // 1970 began on a Thursday.
        let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][Int(Int64(seconds) / 86_400 % 7)]
        return "\(weekday), \(parts[2]) \(months[month - 1]) \(parts[0]) \(parts[3]) GMT"
    }

    /// The phrases of what is answered here; the protocol lets any other be empty.
    private static let reasons = [
        200: "OK", 201: "Created", 204: "No Content", 304: "Not Modified", 307: "Temporary Redirect",
        400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
        408: "Request Timeout", 409: "Conflict", 413: "Content Too Large", 414: "URI Too Long",
        417: "Expectation Failed", 422: "Unprocessable Content", 429: "Too Many Requests",
        431: "Request Header Fields Too Large", 500: "Internal Server Error", 501: "Not Implemented",
        502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout", 505: "HTTP Version Not Supported",
    ]
}
