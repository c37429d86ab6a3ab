/// The bytes that libFuzzer made up, to be taken one by one. Behind their end there are zeros.
struct Input {
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) {
        rest = bytes[...]
    }

    var isEmpty: Bool { rest.isEmpty }

    mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

    /// A number from 0 up to, but not including, the limit, which is 256 at most.
    mutating func number(below limit: Int) -> Int { Int(byte()) % max(limit, 1) }

    mutating func bytes(_ count: Int) -> [UInt8] {
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    /// What stands in front of the next byte of this kind, or all that is left.
    mutating func bytes(upTo end: UInt8) -> [UInt8] {
        let bytes = Array(rest.prefix { $0 != end })
        rest = rest.dropFirst(bytes.count + 1)
        return bytes
    }

    mutating func text(upTo end: UInt8 = 0x0A) -> String { String(decoding: bytes(upTo: end), as: UTF8.self) }

    mutating func all() -> [UInt8] {
        defer { rest = [] }
        return Array(rest)
    }
}

/// Whether an input is one of those few for which more is done than there is time for with all. It depends on the input
/// alone.
func isChosen(_ bytes: [UInt8], oneOf count: UInt32) -> Bool {
    bytes.reduce(UInt32(7)) { ($0 ^ UInt32($1)) &* 16_777_619 } >> 8 % count == 0
}

/// A few of the inputs, each repeated up to a size at which anything that is not linear takes longer than libFuzzer
/// waits.
func enlarged(_ bytes: [UInt8], to size: Int = 64 * 1024) -> [UInt8]? {
    guard !bytes.isEmpty, isChosen(bytes, oneOf: 1024) else { return nil }
    return Array(repeatElement(bytes, count: size / bytes.count + 1).joined())
}
