import APIKeys
import Foundation

/// A point of time to the microsecond, as Python's `datetime` has it.
struct Timestamp: Hashable, Sendable {
    // Not `Int`, which has 32 bits on some watches.
    let microseconds: Int64

    var date: Date { Date(timeIntervalSince1970: Double(microseconds) / 1_000_000) }

    /// `2025-01-01T00:00:00`
    var seconds: String {
        let second = microseconds / 1_000_000
        return String((RFC3339.text(from: Date(timeIntervalSince1970: Double(second))) ?? "").prefix(19))
    }

    /// `2025-01-01T00:00:00.000001`
    var naive: String {
        let digits = String(microseconds % 1_000_000)
        return "\(seconds).\(String(repeating: "0", count: 6 - digits.count))\(digits)"
    }

    /// `2025-01-01T00:00:00.000001Z`, as pydantic writes it: without a fraction of zero.
    var text: String {
        (microseconds % 1_000_000 == 0 ? seconds : naive) + "Z"
    }

    /// The timestamp as JSON.
    var value: JSONValue { .string(text) }
}
