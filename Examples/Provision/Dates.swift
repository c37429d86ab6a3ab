import Foundation

extension Date {
    /// Reads a date or a date-time as ISO 8601 has them: `2026-03-31`, which is its first moment,
    /// `2026-03-31T18:00:00Z`, `2026-03-31 18:00:00.5+02:00`. UTC unless it has an offset; `nil` for anything else.
    init?(argument text: String) {
        let pattern =
            /(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(\.\d{1,9})?)?(?:[Zz]|([+-])(\d{2}):?(\d{2}))?)?/
            .asciiOnlyDigits()
        guard let match = text.wholeMatch(of: pattern)?.output else { return nil }
        func number(_ digits: Substring?) -> Int { digits.flatMap { Int($0) } ?? 0 }
        var components = DateComponents()
        (components.year, components.month, components.day) = (number(match.1), number(match.2), number(match.3))
        (components.hour, components.minute, components.second) = (number(match.4), number(match.5), number(match.6))
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        // Foundation would take February 30 as well.
        guard components.isValidDate(in: calendar), let date = calendar.date(from: components),
            number(match.9) < 24, number(match.10) < 60
        else { return nil }
        let offset = Double(number(match.9) * 3600 + number(match.10) * 60) * (match.8 == "-" ? -1 : 1)
        self = date + (match.7.flatMap { Double("0\($0)") } ?? 0) - offset
    }

    /// The date-time in UTC, to the second, as ``init(argument:)`` reads it; the next second if it has a fraction.
    var argument: String {
        let seconds = timeIntervalSince1970.rounded(.up)
        return Date(timeIntervalSince1970: min(max(seconds, -6e10), 2.5e11)).formatted(.iso8601)
    }
}

extension TimeInterval {
    /// A time in one unit, rounded down: `93 days`, `5 h`.
    var inWords: String {
        switch self {
        case ..<60: "\(Int(max(self, 0))) s"
        case ..<3600: "\(Int(self / 60)) min"
        case ..<86400: "\(Int(self / 3600)) h"
        case ..<172_800: "1 day"
        case ..<1e10: "\(Int(self / 86400)) days"
        default: "centuries"
        }
    }
}
