package import APIKeys
package import Foundation

extension HTTPResponse {
    /// What keeps a handler's response from being sent, or `nil`. Shows no header value.
    var problem: String? {
        guard (200...999).contains(status) else { return "The handler's status \(status) cannot end a request" }
        return headers.problem.map { "The handler's response cannot be sent: \($0)" }
    }

    /// The bytes of a response that has no ``problem``, as the answer to one request.
    ///
    /// How it is framed is decided here and not by the handler: its `Content-Length`, `Transfer-Encoding` and
    /// `Connection` fields are replaced. There is no method if no request could be read.
    package func message(
        to method: HTTPMethod?, isHTTP10: Bool = false, keepsAlive: Bool, date: Date = Date()
    ) -> (head: [UInt8], body: Data) {
        var lines = ["HTTP/1.1 \(status) \(Self.reasons[status] ?? "")"]
        let replaced = ["Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive"]
        for field in headers.fields where !replaced.contains(where: { HTTPHeaders.isSame($0, field.name) }) {
            lines.append("\(field.name): \(field.value)")
        }
        if headers["Date"] == nil, let date = Self.text(from: date) { lines.append("Date: \(date)") }
        let hasBody = status != 204 && status != 304
        let isHead = method?.rawValue == "HEAD"
        if hasBody {
            let told = isHead && body.isEmpty ? headers["Content-Length"].flatMap(Int.init) : nil
            lines.append("Content-Length: \(max(told ?? body.count, 0))")
        }
        if !keepsAlive { lines.append("Connection: close") } else if isHTTP10 { lines.append("Connection: keep-alive") }
        return (Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8), hasBody && !isHead ? body : Data())
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
