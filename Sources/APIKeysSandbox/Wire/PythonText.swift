import Foundation

/// A body's text as code points, found as Python's `json.loads` finds it in bytes: UTF-8, UTF-16 or UTF-32, told apart by
/// a byte order mark or by where the zero bytes are. A surrogate can stand alone.
struct PythonText {
    private(set) var points: [UInt32] = []

    /// Decodes a body.
    ///
    /// - Returns: `nil` for bytes that the encoding does not allow.
    init?(_ body: Data) {
        let bytes = [UInt8](body)
        let isDecoded =
            switch Self.encoding(of: bytes) {
            case .utf8(let skipped): readUTF8(bytes[skipped...])
            case .units(let size, let isBigEndian, let skipped):
                readUnits(bytes[skipped...], size: size, isBigEndian: isBigEndian)
            }
        guard isDecoded else { return nil }
    }

    private enum Encoding {
        case utf8(skipping: Int)
        case units(size: Int, isBigEndian: Bool, skipping: Int)
    }

    private static func encoding(of bytes: [UInt8]) -> Encoding {
        if bytes.starts(with: [0, 0, 0xFE, 0xFF]) { return .units(size: 4, isBigEndian: true, skipping: 4) }
        if bytes.starts(with: [0xFF, 0xFE, 0, 0]) { return .units(size: 4, isBigEndian: false, skipping: 4) }
        if bytes.starts(with: [0xFE, 0xFF]) { return .units(size: 2, isBigEndian: true, skipping: 2) }
        if bytes.starts(with: [0xFF, 0xFE]) { return .units(size: 2, isBigEndian: false, skipping: 2) }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return .utf8(skipping: 3) }
        if bytes.count >= 4 {
            if bytes[0] == 0 { return .units(size: bytes[1] == 0 ? 4 : 2, isBigEndian: true, skipping: 0) }
            if bytes[1] == 0 {
                let isShort = bytes[2] != 0 || bytes[3] != 0
                return .units(size: isShort ? 2 : 4, isBigEndian: false, skipping: 0)
            }
        } else if bytes.count == 2 {
            if bytes[0] == 0 { return .units(size: 2, isBigEndian: true, skipping: 0) }
            if bytes[1] == 0 { return .units(size: 2, isBigEndian: false, skipping: 0) }
        }
        return .utf8(skipping: 0)
    }

    private mutating func readUTF8(_ bytes: ArraySlice<UInt8>) -> Bool {
        var rest = bytes
        while let first = rest.popFirst() {
            let (length, least): (Int, UInt32)
            switch first {
            case 0x00...0x7F: (length, least) = (0, 0)
            case 0xC2...0xDF: (length, least) = (1, 0x80)
            case 0xE0...0xEF: (length, least) = (2, 0x800)
            case 0xF0...0xF4: (length, least) = (3, 0x10000)
            default: return false
            }
            var point = UInt32(first)
            if length > 0 { point &= 0x3F >> UInt32(length) }
            for _ in 0..<length {
                guard let next = rest.popFirst(), next & 0xC0 == 0x80 else { return false }
                point = point << 6 | UInt32(next & 0x3F)
            }
            guard point >= least, point <= 0x10FFFF else { return false }
            points.append(point)
        }
        return true
    }

    private mutating func readUnits(_ bytes: ArraySlice<UInt8>, size: Int, isBigEndian: Bool) -> Bool {
        guard bytes.count % size == 0 else { return false }
        var rest = bytes
        while !rest.isEmpty {
            let unit = isBigEndian ? Array(rest.prefix(size)) : Array(rest.prefix(size).reversed())
            let point = unit.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            guard point <= 0x10FFFF else { return false }
            rest = rest.dropFirst(size)
            if size == 2, let high = points.last, let pair = Self.pair(high, point) {
                points[points.count - 1] = pair
            } else {
                points.append(point)
            }
        }
        return true
    }

    /// The code point that two halves of a surrogate pair make.
    static func pair(_ high: UInt32, _ low: UInt32) -> UInt32? {
        guard (0xD800...0xDBFF).contains(high), (0xDC00...0xDFFF).contains(low) else { return nil }
        return 0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)
    }
}
