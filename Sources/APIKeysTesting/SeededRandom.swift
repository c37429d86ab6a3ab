import APIKeys

/// A random source that draws the same numbers in every run, so that the pauses between retries are repeatable.
///
/// ```swift
/// let random = SeededRandom(seed: 7)
/// let configuration = ClientConfiguration(clock: TestClock(skippingSleepsUpTo: .seconds(10)), random: random.draw)
/// ```
public final class SeededRandom: Sendable {
    private let generator: Locked<SeededGenerator>

    /// Starts a sequence.
    ///
    /// - Parameter seed: The seed.
    public init(seed: UInt64) {
        generator = Locked(SeededGenerator(seed: seed, name: "retries"))
    }

    /// Draws the next number.
    ///
    /// - Parameter range: The range to draw from.
    /// - Returns: The number.
    @Sendable public func draw(from range: ClosedRange<Double>) -> Double {
        generator.withLock { Double.random(in: range, using: &$0) }
    }
}

/// A small random source that gives the same numbers for the same seed (SplitMix64).
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Starts a sequence, of its own each time if there is no seed. Each name of what it is for has one of its own.
    package init(seed: UInt64?, name: String = "") {
        state = seed ?? .random(in: .min ... .max)
        // FNV-1a: Swift's own hashes differ from one process to the next.
        for byte in name.utf8 { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
