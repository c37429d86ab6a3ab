package import Foundation

/// Reads and writes date-times as RFC 3339, section 5.6, has them, and the forms near it that servers send.
///
/// Foundation's own strategy refuses a date-time without a zone, which FastAPI writes for a naive `datetime`.
package enum RFC3339 {
    /// Reads a date-time: any number of digits of fraction, which are rounded to microseconds; `Z`, `±hh:mm`, `±hhmm`,
    /// or no zone, which means UTC.
    ///
    /// - Returns: The date, or `nil` if the text is none, or one outside the years 0 to 9999 in UTC.
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
        guard years.contains(seconds) else { return nil }
        let interval = Double(seconds - referenceDate) + Double((nanosecond + 500) / 1000) / 1e6
        // The last microsecond of the year 9999, a common stand-in for "never", must not round to the year after.
        return Date(timeIntervalSinceReferenceDate: min(interval, Double(years.upperBound - referenceDate).nextDown))
    }

    /// Writes a date as `yyyy-MM-ddTHH:mm:ssZ`, with as many digits of fraction as it has, up to microseconds.
    ///
    /// A date that ``date(from:)`` has read comes back equal.
    ///
    /// - Returns: The text, or `nil` for a date outside the years 0 to 9999.
    package static func text(from date: Date) -> String? {
        // Taken apart before anything is multiplied: seconds since 1970 times 1e6 would not keep every microsecond.
        let interval = date.timeIntervalSinceReferenceDate
        let whole = interval.rounded(.down)
        guard abs(whole) < 1e12 else { return nil }
        var seconds = Int64(whole) + referenceDate
        var microseconds = Int64(((interval - whole) * 1e6).rounded())
        if microseconds == 1_000_000 { (seconds, microseconds) = (seconds + 1, 0) }
        guard years.contains(seconds) else { return nil }

        let (days, time) = floorDivide(seconds, 86400)
        let (year, month, day) = civil(daysSince1970: days)
        var text = Writer()
        text.append(year, width: 4, then: "-")
        text.append(month, width: 2, then: "-")
        text.append(day, width: 2, then: "T")
        text.append(time / 3600, width: 2, then: ":")
        text.append(time / 60 % 60, width: 2, then: ":")
        text.append(time % 60, width: 2, then: microseconds == 0 ? "Z" : ".")
        if microseconds > 0 {
            var width = 6
            while microseconds.isMultiple(of: 10) { (microseconds, width) = (microseconds / 10, width - 1) }
            text.append(microseconds, width: width, then: "Z")
        }
        return String(decoding: text.bytes, as: UTF8.self)
    }

    /// The years 0 to 9999, in seconds since 1970. Not as `Int`, which has 32 bits on some watches.
    private static let years: Range<Int64> = -62_167_219_200..<253_402_300_800

    /// The date that `Date` counts from, 2001-01-01, in seconds since 1970.
    private static let referenceDate: Int64 = 978_307_200

    private static func floorDivide(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }

    private static func days(inMonth month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days from 1970-01-01 in the proleptic Gregorian calendar. Years count from March, so that a leap day ends one.
    private static func daysSince1970(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let (marchYear, marchMonth) = month > 2 ? (year, month - 3) : (year - 1, month + 9)
        let leapDays =
            floorDivide(marchYear, 4).quotient - floorDivide(marchYear, 100).quotient
            + floorDivide(marchYear, 400).quotient
        return marchYear * 365 + leapDays + (153 * marchMonth + 2) / 5 + day - 1 - 719_468
    }

    private static func civil(daysSince1970 days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = floorDivide(days + 719_468, 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }
}

extension RFC3339 {
    private struct Writer {
        private(set) var bytes: [UInt8] = []

        init() {
            bytes.reserveCapacity(27)
        }

        /// Appends a number with leading zeros, and the mark behind it.
        mutating func append(_ value: Int64, width: Int, then mark: Unicode.Scalar) {
            var divisor: Int64 = 1
            for _ in 1..<width { divisor *= 10 }
            while divisor > 0 {
                bytes.append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
                divisor /= 10
            }
            bytes.append(UInt8(ascii: mark))
        }
    }

    private struct Scanner {
        let bytes: [UInt8]
        var place = 0

        var isAtEnd: Bool { place == bytes.count }

        mutating func skip(_ any: StaticString) -> Bool {
            let isFound = place < bytes.count && any.withUTF8Buffer { $0.contains(bytes[place]) }
            if isFound { place += 1 }
            return isFound
        }

        mutating func digit() -> Int64? {
            guard place < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[place]) else {
                return nil
            }
            defer { place += 1 }
            return Int64(bytes[place] - UInt8(ascii: "0"))
        }

        mutating func digits(_ count: Int) -> Int64? {
            var value: Int64 = 0
            for _ in 0..<count {
                guard let digit = digit() else { return nil }
                value = value * 10 + digit
            }
            return value
        }

        /// The fraction in nanoseconds, of which further digits make none: 0 without one, `nil` for a point without a
        /// digit.
        mutating func fraction() -> Int64? {
            guard skip(".,") else { return 0 }
            var (value, count) = (Int64(0), 0)
            while let digit = digit() {
                if count < 9 { value = value * 10 + digit }
                count += 1
            }
            guard count > 0 else { return nil }
            for _ in 0..<max(0, 9 - count) { value *= 10 }
            return value
        }

        /// The zone's distance from UTC in seconds.
        mutating func zone() -> Int64? {
            if isAtEnd || skip("Zz") { return 0 }
            let sign = bytes[place] == UInt8(ascii: "-") ? Int64(-1) : 1
            guard skip("+-"), let hours = digits(2), hours <= 23 else { return nil }
            _ = skip(":")
            guard let minutes = digits(2), minutes <= 59 else { return nil }
            return sign * (hours * 3600 + minutes * 60)
        }
    }
}
