@testable import APIKeys
import Foundation

extension Target {
    /// RFC 3339, both ways, against the C library's calendar.
    static let dates = Target(name: "dates") { bytes in
        // Eight bytes are a date, anything else is a text.
        guard bytes.count == 8 else {
            let text = String(decoding: bytes, as: UTF8.self)
            let date = RFC3339.date(from: text)
            let expected = referenceDate(Array(text.utf8))
            expect((date == nil) == (expected == nil), "read \(text) as \(date as Any), not as \(expected as Any)")
            answer(bytes, date.map { "\($0.timeIntervalSinceReferenceDate)" })
            guard let date, let (seconds, fraction) = expected else { return }
            let interval = date.timeIntervalSinceReferenceDate
            let exact = Double(seconds - 978_307_200) + fraction
            expect(abs(interval - exact) <= max(0.6e-6, interval.ulp), "\(text) is \(interval), not \(exact)")
            checkText(of: date)
            return
        }
        let interval = Double(bitPattern: bytes.reduce(0) { $0 << 8 | UInt64($1) })
        checkText(of: Date(timeIntervalSinceReferenceDate: interval))
    }

    /// What is written for a date is read as that date, and says what the C library says.
    private static func checkText(of date: Date) {
        let interval = date.timeIntervalSinceReferenceDate
        guard let text = RFC3339.text(from: date) else {
            return expect(!(-63_145_526_400 + 1..<252_423_993_600 - 1).contains(interval), "\(interval) is not written")
        }
        guard let back = RFC3339.date(from: text) else { fail("\(text) is not read") }
        let difference = abs(back.timeIntervalSinceReferenceDate - interval)
        expect(difference <= max(0.5e-6, interval.ulp) * 1.001, "\(interval) is written as \(text)")
        expect(RFC3339.text(from: back) == text, "\(text) changes to \(RFC3339.text(from: back) ?? "")")
        var seconds = time_t((interval + 0.5e-6).rounded(.down)) + 978_307_200
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let numbers = [
            Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday), Int(parts.tm_hour),
            Int(parts.tm_min), Int(parts.tm_sec),
        ]
        let written = text.prefix(19).split { "-T:".contains($0) }.compactMap { Int($0) }
        // A second that begins within the rounding may be the one or the other.
        let isAtEdge = abs(interval - interval.rounded()) < max(1e-6, interval.ulp * 2)
        expect(written == numbers || isAtEdge, "\(interval) is written as \(text)")
    }

    /// The seconds since 1970 and the fraction of a text; `nil` if it is no date-time.
    private static func referenceDate(_ text: [UInt8]) -> (Int, Double)? {
        func shape(_ bytes: ArraySlice<UInt8>) -> String {
            String(
                bytes.map { byte in
                    switch byte {
                    case 0x30...0x39: "9"
                    case 0x54, 0x74, 0x20: "T"
                    case 0x5A, 0x7A: "Z"
                    case 0x2B: "+"
                    case 0x2E, 0x2C: "."
                    default: byte < 0x80 ? Character(Unicode.Scalar(byte)) : "?"
                    }
                })
        }
        guard shape(text.prefix(19)) == "9999-99-99T99:99:99" else { return nil }
        func number(_ place: Int, _ count: Int) -> Int32 {
            Int32(String(decoding: text[place..<place + count], as: UTF8.self)) ?? -1
        }
        var parts = tm()
        (parts.tm_year, parts.tm_mon, parts.tm_mday) = (number(0, 4) - 1900, number(5, 2) - 1, number(8, 2))
        (parts.tm_hour, parts.tm_min, parts.tm_sec) = (number(11, 2), number(14, 2), number(17, 2))
        let second = parts.tm_sec
        guard second <= 60 else { return nil }
        // The library's calendar has no such second.
        parts.tm_sec = min(second, 59)
        let given = parts
        var seconds = timegm(&parts)
        // What it had to set right was no date.
        guard parts.tm_year == given.tm_year, parts.tm_mon == given.tm_mon, parts.tm_mday == given.tm_mday,
            parts.tm_hour == given.tm_hour, parts.tm_min == given.tm_min
        else { return nil }
        if second == 60 { seconds += 1 }
        var rest = text[19...]
        var fraction = 0.0
        if shape(rest.prefix(1)) == "." {
            let digits = rest.dropFirst().prefix { (0x30...0x39).contains($0) }
            guard !digits.isEmpty else { return nil }
            fraction = strtod("0." + String(decoding: digits, as: UTF8.self), nil)
            rest = rest[digits.endIndex...]
        }
        let zone = shape(rest)
        if ["+99:99", "+9999", "-99:99", "-9999"].contains(zone) {
            let digits = rest.filter { (0x30...0x39).contains($0) }.map { Int($0 - 0x30) }
            let (hours, minutes) = (digits[0] * 10 + digits[1], digits[2] * 10 + digits[3])
            guard hours <= 23, minutes <= 59 else { return nil }
            seconds += (zone.first == "-" ? 1 : -1) * (hours * 3600 + minutes * 60)
        } else if zone != "", zone != "Z" {
            return nil
        }
        guard (-62_167_219_200..<253_402_300_800).contains(seconds) else { return nil }
        return (seconds, fraction)
    }

    /// UUIDs as the servers write them, against Foundation's.
    static let uuids = Target(name: "uuids") { bytes in
        if bytes.count == 16 {
            let id = bytes.withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
            expect(id.wireValue == id.uuidString.lowercased(), "\(id) is written as \(id.wireValue)")
            expect(UUID.fromWire(id.wireValue) == id, "\(id) does not come back")
        }
        let text = String(decoding: bytes, as: UTF8.self)
        let id = UUID.fromWire(text)
        answer(bytes, id?.wireValue)
        // Foundation takes more than that on Linux, but not less.
        let isWellFormed = text.utf8.count == 36 && UUID(uuidString: text)?.uuidString == text.uppercased()
        expect((id != nil) == isWellFormed, "\(text) is read as \(id as Any)")
        if let id { expect(id == UUID(uuidString: text), "\(text) is read as \(id)") }
    }
}
