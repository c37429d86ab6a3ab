import APIKeys
import CAPIKeysCurl
import Foundation

/// A request's header lines and its body, in one block of memory that libcurl reads while the transfer lasts.
struct RequestMemory {
    private let block: UnsafeMutableRawPointer
    let lines: UnsafeMutablePointer<CCurlList>
    let body: UnsafeMutableRawPointer

    /// Copies the request, to which it may add that the connection is closed, and that gzip is understood.
    init(_ request: HTTPRequest, closes: Bool, offersGzip: Bool) {
        let fields = request.headers.fields
        let additions = Self.additions(to: request.headers, closes: closes, offersGzip: offersGzip)
        let listSize = (fields.count + additions.count) * MemoryLayout<CCurlList>.stride
        var textSize = fields.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 3 }
        for line in additions { textSize += line.utf8.count + 1 }
        block = .allocate(
            byteCount: listSize + textSize + (request.body?.count ?? 0),
            alignment: MemoryLayout<CCurlList>.alignment)
        lines = block.bindMemory(to: CCurlList.self, capacity: fields.count + additions.count)

        var writer = Writer(next: block + listSize, line: lines)
        for field in fields where !Self.isFraming(field.name) {
            // An empty value is written with a semicolon: with a colon, libcurl would take the field away.
            let isEmpty = field.value.utf8.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            writer.begin()
            writer.write(field.name)
            writer.write(isEmpty ? ";\0" : ": ")
            if !isEmpty {
                writer.write(field.value)
                writer.write("\0")
            }
        }
        for line in additions {
            writer.begin()
            writer.write(line)
            writer.write("\0")
        }
        body = writer.next
        request.body?.withUnsafeBytes { bytes in
            if let start = bytes.baseAddress { writer.next.copyMemory(from: start, byteCount: bytes.count) }
        }
    }

    func free() {
        block.deallocate()
    }

    /// The lines that the request needs beside its own. One without a value keeps libcurl from adding its own.
    private static func additions(to headers: HTTPHeaders, closes: Bool, offersGzip: Bool) -> [String] {
        var lines = ["Expect:"]
        if headers["Accept"] == nil { lines.append("Accept:") }
        if headers["Content-Type"] == nil { lines.append("Content-Type:") }
        if closes { lines.append("Connection: close") }
        // libcurl would offer more, by its slow way to write a line.
        if offersGzip, headers["Accept-Encoding"] == nil { lines.append("Accept-Encoding: gzip, deflate") }
        return lines
    }

    /// Whether a field is about where the body ends, which libcurl says by itself.
    private static func isFraming(_ name: String) -> Bool {
        HTTPHeaders.isSame(name, "Content-Length") || HTTPHeaders.isSame(name, "Transfer-Encoding")
    }

    /// Fills the block. Each line ends with a NUL.
    private struct Writer {
        private(set) var next: UnsafeMutableRawPointer
        private var line: UnsafeMutablePointer<CCurlList>
        private var isFirst = true

        init(next: UnsafeMutableRawPointer, line: UnsafeMutablePointer<CCurlList>) {
            self.next = next
            self.line = line
        }

        /// Begins a line: it stands in the list behind the one before.
        mutating func begin() {
            if !isFirst {
                line.pointee.next = line + 1
                line += 1
            }
            isFirst = false
            line.initialize(to: CCurlList(text: next.assumingMemoryBound(to: CChar.self), next: nil))
        }

        mutating func write(_ text: String) {
            var text = text
            text.withUTF8 { bytes in
                guard let start = bytes.baseAddress else { return }
                next.copyMemory(from: start, byteCount: bytes.count)
                next += bytes.count
            }
        }
    }
}
