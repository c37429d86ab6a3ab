import APIKeys
import APIKeysTesting
import Foundation
import Testing

@Suite(.timeLimit(.minutes(5))) struct RFC3339Tests {
    @Test(arguments: [
        ("2024-05-01T12:00:00+00:00", 1_714_564_800), ("2024-05-01T12:00:00.141153Z", 1_714_564_800.141153),
        ("2024-05-01T12:00:00.123456", 1_714_564_800.123456), ("2024-05-01T12:00:00", 1_714_564_800),
        ("2024-05-01T12:00:00Z", 1_714_564_800), ("2024-05-01t12:00:00z", 1_714_564_800),
        ("2024-05-01 12:00:00Z", 1_714_564_800), ("2024-05-01T14:30:00+02:30", 1_714_564_800),
        ("2024-05-01T14:30:00+0230", 1_714_564_800), ("2024-05-01T07:00:00-05:00", 1_714_564_800),
        ("2024-05-01T12:00:00.1Z", 1_714_564_800.1), ("2024-05-01T12:00:00.123456789Z", 1_714_564_800.123456789),
        ("2024-05-01T12:00:00.123456000000000000Z", 1_714_564_800.123456),
        ("2024-05-01T12:00:00.0000000000000000019Z", 1_714_564_800),
        ("1970-01-01T00:00:00Z", 0), ("1969-12-31T23:59:59.5Z", -0.5), ("2000-02-29T00:00:00Z", 951_782_400),
        ("0001-01-01T00:00:00Z", -62_135_596_800), ("9999-12-31T23:59:59Z", 253_402_300_799),
        ("9999-12-31T23:59:59.5Z", 253_402_300_799.5), ("0000-01-01T00:00:00Z", -62_167_219_200),
        ("2016-12-31T23:59:60Z", 1_483_228_800), ("0000-03-01T00:00:00Z", -62_162_035_200),
    ])
    func reads(_ text: String, _ seconds: Double) throws {
        let date = try #require(RFC3339.date(from: text))
        #expect(abs(date.timeIntervalSince1970 - seconds) < 0.000_001)
    }

    @Test(arguments: [
        "", "2024", "2024-05-01", "2024-13-01T00:00:00Z", "2024-00-01T00:00:00Z", "2024-02-30T00:00:00Z",
        "2023-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2024-05-01T24:00:00Z", "2024-05-01T12:60:00Z",
        "2024-05-01T12:00:61Z", "2024-05-01T12:00:00.Z", "2024-05-01T12:00:00.1234567890 Z",
        "2024-05-01T12:00:00+24:00",
        "2024-05-01T12:00:00+02:60", "2024-05-01T12:00:00+2", "2024-05-01T12:00:00Zx", " 2024-05-01T12:00:00Z",
        "2024-05-01T12:00Z", "20240501T120000Z", "-024-05-01T12:00:00Z", "２０２４-05-01T12:00:00Z",
        "2024-05-01T12:00:00\u{0}",
        "2024-05-01T12:00:00+", "2024-05-01T12:00:00é", "0000-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01",
        "9999-12-31T23:59:60Z",
    ])
    func refuses(_ text: String) {
        #expect(RFC3339.date(from: text) == nil)
    }

    @Test(arguments: [
        (1_714_564_800.141153, "2024-05-01T12:00:00.141153Z"), (1_714_564_800.141, "2024-05-01T12:00:00.141Z"),
        (0, "1970-01-01T00:00:00Z"), (-0.5, "1969-12-31T23:59:59.5Z"), (951_782_399.999_999_6, "2000-02-29T00:00:00Z"),
        (978_307_200.000_001, "2001-01-01T00:00:00.000001Z"), (978_307_199.000_001, "2000-12-31T23:59:59.000001Z"),
        (253_402_300_799, "9999-12-31T23:59:59Z"), (-62_167_219_200, "0000-01-01T00:00:00Z"),
    ])
    func writes(_ seconds: Double, _ text: String) {
        #expect(RFC3339.text(from: Date(timeIntervalSince1970: seconds)) == text)
    }

    /// Microseconds of the years 1901 to 2099: each is read, and written as it was.
    @Test func keepsEveryMicrosecond() {
        var generator = SeededGenerator(seed: 1)
        var lost: [String] = []
        for _ in 0..<200_000 {
            let seconds = Int.random(in: -2_177_452_800..<4_102_444_800, using: &generator)
            guard let whole = RFC3339.text(from: Date(timeIntervalSince1970: Double(seconds))) else { continue }
            let digits = String(1_000_000 + Int.random(in: 1..<1_000_000, using: &generator)).dropFirst()
            let fraction = digits.prefix(through: digits.lastIndex { $0 != "0" } ?? digits.startIndex)
            let text = whole.dropLast() + "." + fraction + "Z"
            let date = RFC3339.date(from: String(text))
            if date.flatMap(RFC3339.text(from:)) != String(text) { lost.append(String(text)) }
        }
        #expect(lost == [])
    }

    /// Whatever is read is read again as the same date when it was written.
    @Test func whatIsReadComesBackEqual() throws {
        var generator = SeededGenerator(seed: 2)
        var texts = ["9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999999", "0000-01-01T00:00:00.0000004Z"]
        for _ in 0..<20_000 {
            let seconds = Double.random(in: -62_167_219_200..<253_402_300_800, using: &generator).rounded(.down)
            let whole = try #require(RFC3339.text(from: Date(timeIntervalSince1970: seconds))).dropLast()
            let digits = String(UInt64.random(in: 0..<1_000_000_000, using: &generator)).prefix(.random(in: 1...9))
            texts.append("\(whole).\(digits)+00:00")
        }
        let lost = texts.filter { text in
            guard let date = RFC3339.date(from: text), let again = RFC3339.text(from: date) else { return true }
            return RFC3339.date(from: again) != date
        }
        #expect(lost == [])
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity, 1e300, 253_402_300_800, -62_167_219_201])
    func writesNoDateOutsideTheYears(_ seconds: Double) {
        #expect(RFC3339.text(from: Date(timeIntervalSince1970: seconds)) == nil)
    }

    /// Every day of four centuries, against Foundation's own calendar.
    @Test func agreesWithTheCalendar() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
        for day in stride(from: -60_000, to: 90_000, by: 7) {
            let date = Date(timeIntervalSince1970: Double(day) * 86400)
            let text = try #require(RFC3339.text(from: date))
            let parts = calendar.dateComponents([.year, .month, .day], from: date)
            let expected = [parts.year, parts.month, parts.day].map { $0 ?? -1 }
            #expect(text.prefix(10).split(separator: "-").map { Int($0) } == expected)
            #expect(RFC3339.date(from: text) == date)
        }
    }
}
