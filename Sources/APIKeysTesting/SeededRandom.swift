import APIKeys

/// A random source that draws the same numbers in every run, to make the pauses between retries repeatable.
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
    public func draw(from range: ClosedRange<Double>) -> Double {
        generator.withLock { Double.random(in: range, using: &$0) }
    }
}
