import APIKeys
import Foundation
import Testing

@Suite struct RFC3339Tests {
    @Test(arguments: [
        ("2024-05-01T12:00:00+00:00", 1_714_564_800), ("2024-05-01T12:00:00.141153Z", 1_714_564_800.141153),
        ("2024-05-01T12:00:00.123456", 1_714_564_800.123456), ("2024-05-01T12:00:00", 1_714_564_800),
        ("2024-05-01T12:00:00Z", 1_714_564_800), ("2024-05-01t12:00:00z", 1_714_564_800),
        ("2024-05-01 12:00:00Z", 1_714_564_800), ("2024-05-01T14:30:00+02:30", 1_714_564_800),
        ("2024-05-01T14:30:00+0230", 1_714_564_800), ("2024-05-01T07:00:00-05:00", 1_714_564_800),
        ("2024-05-01T12:00:00.1Z", 1_714_564_800.1), ("2024-05-01T12:00:00.123456789Z", 1_714_564_800.123456789),
        ("1970-01-01T00:00:00Z", 0), ("1969-12-31T23:59:59.5Z", -0.5), ("2000-02-29T00:00:00Z", 951_782_400),
        ("0001-01-01T00:00:00Z", -62_135_596_800), ("9999-12-31T23:59:59Z", 253_402_300_799),
        ("2016-12-31T23:59:60Z", 1_483_228_800), ("0000-03-01T00:00:00Z", -62_162_035_200),
    ])
    func reads(_ text: String, _ seconds: Double) throws {
        let date = try #require(RFC3339.date(from: text))
        #expect(abs(date.timeIntervalSince1970 - seconds) < 0.000_001)
    }

    @Test(arguments: [
        "", "2024", "2024-05-01", "2024-13-01T00:00:00Z", "2024-00-01T00:00:00Z", "2024-02-30T00:00:00Z",
        "2023-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2024-05-01T24:00:00Z", "2024-05-01T12:60:00Z",
        "2024-05-01T12:00:61Z", "2024-05-01T12:00:00.Z", "2024-05-01T12:00:00.1234567890Z", "2024-05-01T12:00:00+24:00",
        "2024-05-01T12:00:00+02:60", "2024-05-01T12:00:00+2", "2024-05-01T12:00:00Zx", " 2024-05-01T12:00:00Z",
        "2024-05-01T12:00Z", "20240501T120000Z", "-024-05-01T12:00:00Z", "２０２４-05-01T12:00:00Z",
        "2024-05-01T12:00:00\u{0}",
        "2024-05-01T12:00:00+", "2024-05-01T12:00:00é",
    ])
    func refuses(_ text: String) {
        #expect(RFC3339.date(from: text) == nil)
    }

    @Test(arguments: [
        (1_714_564_800.141, "2024-05-01T12:00:00.141Z"), (0, "1970-01-01T00:00:00.000Z"),
        (-0.5, "1969-12-31T23:59:59.500Z"), (951_782_399.9996, "2000-02-29T00:00:00.000Z"),
        (253_402_300_799, "9999-12-31T23:59:59.000Z"), (-62_167_219_200, "0000-01-01T00:00:00.000Z"),
    ])
    func writes(_ seconds: Double, _ text: String) {
        #expect(RFC3339.text(from: Date(timeIntervalSince1970: seconds)) == text)
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
