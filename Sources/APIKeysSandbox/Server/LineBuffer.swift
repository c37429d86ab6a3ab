/// Bytes that have arrived and are not used yet. They are taken as lines or as blocks.
struct LineBuffer: Sendable {
    enum Line {
        /// No line end has arrived, and there is still room for one.
        case incomplete
        case tooLong
        /// What stood before the line feed.
        case line(ArraySlice<UInt8>)
    }

    private var bytes: [UInt8] = []
    /// Where the unused bytes begin.
    private var start = 0
    /// Up to where no line feed was found, so that no byte is looked at twice however slowly a line arrives.
    private var scanned = 0

    var count: Int { bytes.count - start }

    var isEmpty: Bool { start == bytes.count }

    mutating func append(_ more: some Collection<UInt8>) {
        if start > 0 {
            bytes.removeFirst(start)
            scanned -= start
            start = 0
        }
        bytes.append(contentsOf: more)
    }

    /// Takes the next line, which may be `limit` bytes long without its line feed.
    mutating func takeLine(limit: Int) -> Line {
        let end = min(bytes.count, start + limit + 1)
        if scanned < end, let place = bytes[scanned..<end].firstIndex(of: UInt8(ascii: "\n")) {
            defer { skip(to: place + 1) }
            return .line(bytes[start..<place])
        }
        scanned = max(scanned, end)
        return count > limit ? .tooLong : .incomplete
    }

    /// Takes as many bytes as there are, up to a number.
    mutating func take(upTo number: Int) -> ArraySlice<UInt8> {
        let end = start + min(max(number, 0), count)
        defer { skip(to: end) }
        return bytes[start..<end]
    }

    private mutating func skip(to place: Int) {
        start = place
        scanned = place
    }
}
