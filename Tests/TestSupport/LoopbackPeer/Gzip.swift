/// Just enough of gzip (RFC 1952), zlib (RFC 1950) and deflate (RFC 1951) to answer with them.
package enum Gzip {
    private static let header: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]

    /// A gzip file that holds a short text as it is.
    package static func stored(_ bytes: [UInt8]) -> [UInt8] {
        header + block(bytes) + little(crc(bytes)) + little(UInt32(truncatingIfNeeded: bytes.count))
    }

    /// The same in zlib's format, which HTTP calls `deflate`.
    package static func zlib(_ bytes: [UInt8]) -> [UInt8] {
        let (low, high) = bytes.reduce((UInt32(1), UInt32(0))) { sums, byte in
            let low = (sums.0 + UInt32(byte)) % 65521
            return (low, (sums.1 + low) % 65521)
        }
        return [0x78, 0x01] + block(bytes) + little(high << 16 | low).reversed()
    }

    /// The same as one bare block, at most 65,535 bytes.
    package static func block(_ bytes: [UInt8]) -> [UInt8] {
        let length = UInt16(truncatingIfNeeded: bytes.count)
        return [1] + little(length) + little(~length) + bytes
    }

    /// Zeros, packed by about 1:1000. Without the right checksum: nobody is to read that far.
    package static func zeros(_ count: Int) -> [UInt8] {
        var bits = BitWriter()
        bits.write(0b011, 3)  // the last block; fixed codes
        bits.writeCode(0b0011_0000, 8)  // the byte 0
        for _ in 0..<(count / 258) {
            bits.writeCode(0b1100_0101, 8)  // 258 bytes again
            bits.writeCode(0, 5)  // from 1 byte before
        }
        bits.writeCode(0, 7)  // end of block
        return header + bits.bytes + [0, 0, 0, 0, 0, 0, 0, 0]
    }

    private static func little<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }

    private static func crc(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~UInt32(0)) { crc, byte in
            (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in (crc >> 1) ^ (crc & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
    }
}

private struct BitWriter {
    var bytes: [UInt8] = []
    private var used = 8

    /// Writes a number, its lowest bit first.
    mutating func write(_ value: UInt32, _ count: Int) {
        for place in 0..<count {
            if used == 8 {
                bytes.append(0)
                used = 0
            }
            bytes[bytes.count - 1] |= UInt8((value >> place) & 1) << used
            used += 1
        }
    }

    /// Writes a Huffman code, its highest bit first.
    mutating func writeCode(_ code: UInt32, _ count: Int) {
        for place in (0..<count).reversed() { write((code >> place) & 1, 1) }
    }
}
