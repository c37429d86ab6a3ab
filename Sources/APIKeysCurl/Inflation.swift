import CAPIKeysCurl
import Foundation

/// Unpacks bytes that are there as a whole, by zlib.
struct Inflation {
    /// How much is unpacked at once.
    private static let pieceSize = 65536

    private enum End {
        case whole, cut, tooLarge
    }

    private let maximumBytes: Int
    private var body = Data()

    /// What was packed, also if its end is missing; `nil` if this is no such stream, or a damaged one.
    ///
    /// zlib has to be loaded. What is returned may be larger than the maximum, by a piece at most.
    static func body(of bytes: Data, _ format: CZlibFormat, maximumBytes: Int) -> Data? {
        var inflation = Inflation(maximumBytes: maximumBytes)
        switch bytes.withUnsafeBytes({ inflation.unpack($0, format) }) {
        case .whole?, .tooLarge?: return inflation.body
        // The beginning of a raw stream may be that of any text.
        case .cut? where format != CZLIB_RAW && !inflation.body.isEmpty: return inflation.body
        case .cut?, nil: return nil
        }
    }

    private mutating func unpack(_ bytes: UnsafeRawBufferPointer, _ format: CZlibFormat) -> End? {
        var rest = bytes
        repeat {
            guard let stream = czlib_open(format) else { return nil }
            defer { czlib_close(stream) }
            let end = unpack(&rest, stream)
            guard end == .whole else { return end }
            // A gzip file may have several members.
        } while format == CZLIB_GZIP && rest.starts(with: [0x1F, 0x8B])
        // A raw stream has no checksum. If there is more behind it, this was another text, which looked like one.
        return format == CZLIB_RAW && !rest.isEmpty ? nil : .whole
    }

    private mutating func unpack(_ rest: inout UnsafeRawBufferPointer, _ stream: OpaquePointer) -> End? {
        while true {
            let given = UInt32(clamping: rest.count)
            var (left, room) = (given, UInt32(Self.pieceSize))
            let status = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.pieceSize) { piece in
                guard let start = piece.baseAddress else { return CZLIB_DAMAGED }
                let bytes = rest.baseAddress?.assumingMemoryBound(to: UInt8.self)
                let status = czlib_inflate(stream, bytes, &left, start, &room)
                body.append(start, count: Self.pieceSize - Int(room))
                return status
            }
            if status == CZLIB_DAMAGED { return nil }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(Int(given - left)))
            if body.count > maximumBytes { return .tooLarge }
            if status == CZLIB_END { return .whole }
            // With room left, zlib has taken all that there is.
            if room > 0, rest.isEmpty || left == given { return .cut }
        }
    }
}
