import APIKeys
import Foundation

/// Writes dates as HTTP has them (RFC 9110, section 5.6.7).
enum HTTPDate {
    private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// The date as `Sun, 06 Nov 1994 08:49:37 GMT`, or `nil` for one before 1970 or after 9999.
    static func text(from date: Date) -> String? {
        let seconds = date.timeIntervalSince1970.rounded(.down)
        guard seconds >= 0, let text = RFC3339.text(from: Date(timeIntervalSince1970: seconds)) else { return nil }
        let parts = text.split { $0 == "-" || $0 == "T" || $0 == "Z" }
        guard parts.count == 4, let month = Int(parts[1]), months.indices.contains(month - 1) else { return nil }
        // 1970 began on a Thursday.
        let weekday = weekdays[Int(seconds) / 86_400 % 7]
        return "\(weekday), \(parts[2]) \(months[month - 1]) \(parts[0]) \(parts[3]) GMT"
    }
}
