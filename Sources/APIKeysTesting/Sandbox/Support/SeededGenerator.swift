/// A small random source that gives the same numbers for the same seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Starts a sequence.
    ///
    /// - Parameters:
    ///   - seed: The seed; `nil` for a sequence of its own each time.
    ///   - name: What the numbers are for; each name has a sequence of its own.
    init(seed: UInt64?, name: String) {
        state = seed ?? .random(in: .min ... .max)
        // FNV-1a: Swift's own hashes differ from one process to the next.
        for byte in name.utf8 { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
