import Foundation

/// How long a server asks to wait: `retry-after-ms`, then `Retry-After` (RFC 9110, section 10.2.3).
enum RetryAfter {
    /// The pause that a response asks for, never negative; `nil` if it asks for none or makes no sense.
    static func delay(in headers: HTTPHeaders) -> Duration? {
        if let milliseconds = headers["retry-after-ms"].flatMap(number) {
            return duration(seconds: milliseconds / 1000)
        }
        guard let value = headers["Retry-After"] else { return nil }
        if let seconds = number(value) { return duration(seconds: seconds) }
        guard let date = httpDate(value) else { return nil }
        // By the server's own clock if it tells the time: this machine's may be off.
        let now = headers["Date"].flatMap(httpDate) ?? Date()
        return duration(seconds: date.timeIntervalSince(now))
    }

    private static func number(_ text: String) -> Double? {
        let value = Double(text.trimmingCharacters(in: .whitespaces))
        return value.flatMap { $0.isFinite && $0 >= 0 ? $0 : nil }
    }

    private static func duration(seconds: Double) -> Duration {
        min(.seconds(min(max(seconds, 0), 1e9)), .year)
    }

    /// Reads `Sun, 06 Nov 1994 08:49:37 GMT`.
    private static func httpDate(_ text: String) -> Date? {
        let parts = text.split(whereSeparator: { $0 == " " || $0 == "," })
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard
            parts.count == 6, parts[5] == "GMT" || parts[5] == "UTC",
            let month = months.firstIndex(of: String(parts[2]))
        else { return nil }
        let number = month + 1
        return RFC3339.date(from: "\(parts[3])-\(number < 10 ? "0" : "")\(number)-\(parts[1])T\(parts[4])Z")
    }
}
