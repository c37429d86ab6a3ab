@testable import APIKeys
import Foundation

extension Target {
    /// `Retry-After` and `retry-after-ms`, against `strtod` and libcurl.
    static let retry = Target(name: "retry") { bytes in
        var input = Input(bytes)
        var headers = HTTPHeaders()
        for name in ["retry-after-ms", "Retry-After", "Date"] {
            let value = input.text()
            // A field has no such character.
            guard !value.utf8.contains(0) else { return }
            if !value.isEmpty { headers.append(name: name, value: value) }
        }
        let delay = RetryAfter.delay(in: headers)
        if let delay { expect(delay >= .zero && delay <= .year, "waits \(delay)") }
        let (milliseconds, after) = (headers["retry-after-ms"], headers["Retry-After"])
        // What else `Double` reads, such as -0 and 0x1p3, is as good as any.
        let isOdd = [milliseconds, after].contains {
            $0.map { Double(trimmed($0)) != nil && number($0) == nil } ?? false
        }
        if isOdd {
            expect(delay.map { $0 >= .zero } != false, "waits \(delay as Any)")
        } else if let seconds = milliseconds.flatMap(number).map({ $0 / 1000 }) ?? after.flatMap(number) {
            let expected = min(seconds, 31_536_000)
            let isNear = delay.map { abs($0 / .seconds(1) - expected) <= max(1e-9, expected * 1e-9) }
            expect(isNear == true, "\(headers.fields) waits \(delay as Any)")
        } else if let after, let then = date(after), let now = headers["Date"].flatMap(date) {
            let expected = Duration.seconds(min(max(then - now, 0), 31_536_000))
            expect(delay == expected, "\(headers.fields.map(\.value)) waits \(delay as Any), not \(expected)")
        } else if after == nil, milliseconds == nil {
            expect(delay == nil, "waits \(delay as Any) unasked")
        }
        let policy = RetryPolicy(
            maxRetries: 2, baseDelay: .seconds(Double(input.byte())), maxDelay: .seconds(Double(input.byte())))
        let pause = policy.delay(beforeRetry: Int(input.byte()), hint: delay) { $0.lowerBound }
        if let delay {
            expect((pause == nil) == (delay > policy.maxHintedDelay), "the hint \(delay) ends in \(pause as Any)")
            if let pause { expect(pause >= delay, "\(pause) undercuts \(delay)") }
        }
    }

    /// Plain decimal numbers alone; what else a `Double` is made of, such as 0x1p3, is left out.
    private static func number(_ text: String) -> Double? {
        let text = trimmed(text)
        let isPlain = !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E }
        guard isPlain, text.utf8.contains(where: { $0 != 0x2E }), text.utf8.filter({ $0 == 0x2E }).count < 2 else {
            return nil
        }
        let value = strtod(text, nil)
        return value.isFinite ? value : nil
    }

    private static func trimmed(_ text: String) -> String { text.trimmingCharacters(in: .whitespaces) }

    /// The seconds since 1970 of an IMF-fixdate, as RFC 9110 has it.
    private static func date(_ text: String) -> Int? {
        guard text.utf8.count == 29 else { return nil }
        var seconds = LibCurl.seconds(of: text)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        var again = [CChar](repeating: 0, count: 40)
        // Written again, it has to be the same: libcurl reads more than the standard.
        let count = strftime(&again, 40, "%a, %d %b %Y %H:%M:%S GMT", &parts)
        return again.prefix(count).elementsEqual(text.utf8.map { CChar(bitPattern: $0) }) ? seconds : nil
    }
}
