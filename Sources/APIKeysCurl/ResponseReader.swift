import APIKeys
import Foundation

/// A response as libcurl hands it over: the lines of its head one by one, then pieces of its body.
struct ResponseReader {
    /// How many bytes the heads of a response may have in all: interim ones and trailers included.
    private static let maximumHeadBytes = 256 * 1024

    /// How many fields may name codings, of the transfer or of the content: before 7.88, libcurl takes memory for each
    /// one, as much as a server likes.
    private static let maximumCodings = 10

    private let maximumBodyBytes: Int
    /// The status of the head that is being read, or was.
    private var status: Int?
    /// The lines of the fields, as they came.
    private var fieldLines: [UInt8] = []
    private var headBytes = 0
    /// How many fields name codings.
    private var codingCount = 0
    private var isCoded = false
    private var body = Data()
    /// Whether the head was read to the blank line at its end.
    private(set) var isHeadComplete = false
    /// Whether the response was left because its head or its body is too large.
    private(set) var isTooLarge = false

    init(maximumBodyBytes: Int) {
        self.maximumBodyBytes = max(maximumBodyBytes, 0)
    }

    /// Takes a line of the head, its line break included, and says whether to go on.
    mutating func receive(headLine line: UnsafeRawBufferPointer) -> Bool {
        headBytes += line.count
        if Self.isField("Content-Encoding", line) {
            codingCount += 1
            isCoded = true
        } else if Self.isField("Transfer-Encoding", line) {
            codingCount += 1
        }
        isTooLarge = headBytes > Self.maximumHeadBytes || codingCount > Self.maximumCodings
        if isTooLarge { return false }
        // What comes behind the head is a trailer.
        if isHeadComplete { return true }
        guard let status else {
            self.status = Self.status(of: line)
            return true
        }
        if line.first != UInt8(ascii: "\r"), line.first != UInt8(ascii: "\n") {
            fieldLines.append(contentsOf: line)
        } else if Self.isInterim(status) {
            self.status = nil
            fieldLines = []
        } else {
            isHeadComplete = true
        }
        return true
    }

    /// Takes a piece of the body, and says whether to go on.
    mutating func receive(body bytes: UnsafeRawBufferPointer) -> Bool {
        // What is packed may be larger than what it is unpacked to, if only a little: `ContentCoding` has the last
        // word.
        let slack = isCoded ? min(maximumBodyBytes / 16, Int.max - maximumBodyBytes - 4096) + 4096 : 0
        let room = maximumBodyBytes + slack - body.count
        body.append(contentsOf: bytes.prefix(room))
        isTooLarge = bytes.count > room
        return !isTooLarge
    }

    private static func isField(_ name: StaticString, _ line: UnsafeRawBufferPointer) -> Bool {
        let count = name.utf8CodeUnitCount
        // Letters and a hyphen, of which this leaves the hyphen as it is.
        let bytes = UnsafeBufferPointer(start: name.utf8Start, count: count)
        return line.count > count && line[count] == UInt8(ascii: ":")
            && line.prefix(count).elementsEqual(bytes) { $0 | 0x20 == $1 | 0x20 }
    }

    /// What has been read so far; `nil` if no status has.
    var response: HTTPResponse? {
        guard let status, !Self.isInterim(status) else { return nil }
        return HTTPResponse(status: status, headers: fieldLines.withUnsafeBytes { Self.headers(in: $0) }, body: body)
    }

    /// Whether another head follows the one with this status. None follows a 101, which nobody asked for.
    private static func isInterim(_ status: Int) -> Bool { (100..<200).contains(status) && status != 101 }

    /// The status in `HTTP/1.1 200 OK`: the three digits behind the first space.
    private static func status(of line: UnsafeRawBufferPointer) -> Int? {
        guard let space = line.firstIndex(of: UInt8(ascii: " ")) else { return nil }
        let digits = line[(space + 1)...].prefix(3)
        guard digits.count == 3, digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return nil
        }
        return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    private static func headers(in lines: UnsafeRawBufferPointer) -> HTTPHeaders {
        var fields: [HTTPHeaders.Field] = []
        var start = 0
        while start < lines.count {
            let end = lines[start...].firstIndex(of: UInt8(ascii: "\n")) ?? lines.count
            let line = UnsafeRawBufferPointer(rebasing: lines[start..<end])
            start = end + 1
            if line.first.map(isBlank) == true {
                // A line that is folded: RFC 9112, section 5.2. Before the first field it belongs to none: section 2.2.
                if let last = fields.indices.last { fields[last].value += " " + text(trimming: line, from: 0) }
            } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
                let name = String(decoding: UnsafeRawBufferPointer(rebasing: line[..<colon]), as: UTF8.self)
                fields.append(.init(name: name, value: text(trimming: line, from: colon + 1)))
            }
        }
        return HTTPHeaders(fields)
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
    }

    /// The text without blanks around it: UTF-8, or else Latin-1.
    private static func text(trimming line: UnsafeRawBufferPointer, from start: Int) -> String {
        var (start, end) = (start, line.count)
        while start < end, isBlank(line[start]) { start += 1 }
        while start < end, isBlank(line[end - 1]) { end -= 1 }
        let bytes = UnsafeRawBufferPointer(rebasing: line[start..<end])
        let text = String(decoding: bytes, as: UTF8.self)
        if bytes.allSatisfy({ $0 < 0x80 }) || text.utf8.elementsEqual(bytes) { return text }
        return String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    }
}
