package import Foundation

/// Reads and writes date-times as RFC 3339, section 5.6, has them, and the forms near it that servers send.
///
/// Foundation's own strategy refuses a date-time without a zone, which FastAPI writes for a naive `datetime`.
package enum RFC3339 {
    /// Reads a date-time: 0 to 9 digits of fraction; `Z`, `±hh:mm`, `±hhmm` or no zone, which is UTC.
    ///
    /// - Returns: The date, or `nil` where the text is none.
    package static func date(from text: String) -> Date? {
        var scanner = Scanner(bytes: Array(text.utf8))
        guard
            let year = scanner.digits(4), scanner.skip("-"),
            let month = scanner.digits(2), scanner.skip("-"), (1...12).contains(month),
            let day = scanner.digits(2), (1...days(inMonth: month, of: year)).contains(day),
            scanner.skip("Tt "),
            let hour = scanner.digits(2), scanner.skip(":"), hour <= 23,
            let minute = scanner.digits(2), scanner.skip(":"), minute <= 59,
            let second = scanner.digits(2), second <= 60,
            let nanosecond = scanner.fraction(),
            let offset = scanner.zone(), scanner.isAtEnd
        else { return nil }
        let seconds = daysSince1970(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - offset
        // Counted from Date's own reference date, which keeps a nanosecond's place better than 1970 does.
        let reference = seconds - 978_307_200
        return Date(timeIntervalSinceReferenceDate: Double(reference) + Double(nanosecond) / 1e9)
    }

    /// Writes a date as `yyyy-MM-ddTHH:mm:ss.SSSZ`, rounded to milliseconds.
    ///
    /// - Returns: The text, or `nil` for a date outside the years 0 to 9999.
    package static func text(from date: Date) -> String? {
        let interval = (date.timeIntervalSince1970 * 1000).rounded()
        guard interval >= -62_167_219_200_000, interval < 253_402_300_800_000 else { return nil }
        let milliseconds = Int(interval)
        let (days, time) = floorDivide(milliseconds, 86_400_000)
        let (year, month, day) = civil(daysSince1970: days)
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T\(padded(time / 3_600_000, 2))"
            + ":\(padded(time / 60_000 % 60, 2)):\(padded(time / 1000 % 60, 2)).\(padded(time % 1000, 3))Z"
    }

    private static func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    private static func floorDivide(_ value: Int, _ divisor: Int) -> (quotient: Int, remainder: Int) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }

    private static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days from 1970-01-01 in the proleptic Gregorian calendar. Years count from March, so that a leap day ends one.
    private static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let (marchYear, marchMonth) = month > 2 ? (year, month - 3) : (year - 1, month + 9)
        let leapDays =
            floorDivide(marchYear, 4).quotient - floorDivide(marchYear, 100).quotient
            + floorDivide(marchYear, 400).quotient
        return marchYear * 365 + leapDays + (153 * marchMonth + 2) / 5 + day - 1 - 719_468
    }

    private static func civil(daysSince1970 days: Int) -> (year: Int, month: Int, day: Int) {
        let (era, dayOfEra) = floorDivide(days + 719_468, 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }
}

extension RFC3339 {
    private struct Scanner {
        let bytes: [UInt8]
        var place = 0

        var isAtEnd: Bool { place == bytes.count }

        mutating func skip(_ any: StaticString) -> Bool {
            let isFound = place < bytes.count && any.withUTF8Buffer { $0.contains(bytes[place]) }
            if isFound { place += 1 }
            return isFound
        }

        mutating func digit() -> Int? {
            guard place < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[place]) else {
                return nil
            }
            defer { place += 1 }
            return Int(bytes[place] - UInt8(ascii: "0"))
        }

        mutating func digits(_ count: Int) -> Int? {
            var value = 0
            for _ in 0..<count {
                guard let digit = digit() else { return nil }
                value = value * 10 + digit
            }
            return value
        }

        /// The fraction in nanoseconds: 0 without one, `nil` for a point with no digit or more than nine behind it.
        mutating func fraction() -> Int? {
            guard skip(".,") else { return 0 }
            var (value, count) = (0, 0)
            while let digit = digit() {
                value = value * 10 + digit
                count += 1
                if count > 9 { return nil }
            }
            guard count > 0 else { return nil }
            for _ in count..<9 { value *= 10 }
            return value
        }

        /// The zone's distance from UTC in seconds.
        mutating func zone() -> Int? {
            if isAtEnd || skip("Zz") { return 0 }
            let sign = bytes[place] == UInt8(ascii: "-") ? -1 : 1
            guard skip("+-"), let hours = digits(2), hours <= 23 else { return nil }
            _ = skip(":")
            guard let minutes = digits(2), minutes <= 59 else { return nil }
            return sign * (hours * 3600 + minutes * 60)
        }
    }
}
