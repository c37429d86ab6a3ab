import APIKeysTesting
import Foundation

/// Where a provider gets its ids, secrets and dates from.
///
/// With a seed, all of them are the same in every run: the dates begin on 2025-01-01 and go on by a second and a
/// microsecond each.
struct SandboxSource: Sendable {
    private var generator: SeededGenerator
    /// The next date, in microseconds since 1970; `nil` for the time of day.
    private var nextDate: Int64?
    /// How far the sandbox's clock was moved, in microseconds.
    private var offset: Int64 = 0

    init(seed: UInt64?, name: String) {
        generator = SeededGenerator(seed: seed, name: name)
        nextDate = seed.map { _ in 1_735_689_600_000_001 }
    }

    /// A random UUID of version 4.
    mutating func uuid() -> UUID {
        UUID(high: generator.next() & ~0xF000 | 0x4000, low: generator.next() & ~(0b11 << 62) | 0b10 << 62)
    }

    /// Lower-case hexadecimal digits.
    mutating func token(_ length: Int) -> String {
        String((0..<length).map { _ in Self.digits[Int(generator.next() % 16)] })
    }

    private static let digits = Array("0123456789abcdef")

    mutating func now() -> Timestamp {
        guard let date = nextDate else {
            return Timestamp(microseconds: Int64((Date().timeIntervalSince1970 * 1_000_000).rounded()) + offset)
        }
        nextDate = date + 1_000_001
        return Timestamp(microseconds: date + offset)
    }

    /// Moves the dates forward. The clock bounds how far.
    mutating func advance(by duration: Duration) {
        offset += Int64(duration / .microseconds(1))
    }
}

extension UUID {
    /// The UUID of 128 bits.
    init(high: UInt64, low: UInt64) {
        self = withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
    }
}
