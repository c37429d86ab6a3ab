import APIKeys
import CAPIKeysCurl
import Foundation

/// A request's header lines and its body, in one block of memory that libcurl reads while the transfer lasts.
struct RequestMemory {
    private let block: UnsafeMutableRawPointer
    let lines: UnsafeMutablePointer<CCurlList>
    let body: UnsafeMutableRawPointer
    /// Whether the request says by itself which content codings it takes.
    let hasAcceptEncoding: Bool

    /// Copies the request.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - closes: Whether to ask the server to close the connection.
    ///   - offersGzip: Whether to say that gzip is understood, unless the request says what is.
    init(_ request: HTTPRequest, closes: Bool, offersGzip: Bool) {
        let known = KnownFields(request.headers)
        hasAcceptEncoding = known.hasAcceptEncoding
        let fields = request.headers.fields
        let listSize = (fields.count + 5) * MemoryLayout<CCurlList>.stride
        var textSize = fields.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 3 }
        known.forEachAddition(closes: closes, offersGzip: offersGzip) { textSize += $0.utf8CodeUnitCount + 1 }
        block = .allocate(
            byteCount: listSize + textSize + (request.body?.count ?? 0),
            alignment: MemoryLayout<CCurlList>.alignment)
        lines = block.bindMemory(to: CCurlList.self, capacity: fields.count + 5)

        var writer = Writer(next: block + listSize, line: lines)
        for field in fields where !KnownFields.isFraming(field.name) {
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
        known.forEachAddition(closes: closes, offersGzip: offersGzip) { writer.write(line: $0) }
        body = writer.next
        request.body?.withUnsafeBytes { bytes in
            if let start = bytes.baseAddress { writer.next.copyMemory(from: start, byteCount: bytes.count) }
        }
    }

    func free() {
        block.deallocate()
    }

    /// The fields that libcurl has a say in.
    private struct KnownFields {
        var hasAccept = false
        var hasAcceptEncoding = false
        var hasContentType = false

        init(_ headers: HTTPHeaders) {
            for field in headers.fields {
                switch field.name.utf8.count {
                case 6: hasAccept = hasAccept || field.name.utf8.isSame(as: "Accept")
                case 12: hasContentType = hasContentType || field.name.utf8.isSame(as: "Content-Type")
                case 15: hasAcceptEncoding = hasAcceptEncoding || field.name.utf8.isSame(as: "Accept-Encoding")
                default: break
                }
            }
        }

        /// Calls a closure with each line that the request needs beside its own.
        func forEachAddition(closes: Bool, offersGzip: Bool, _ add: (StaticString) -> Void) {
            // Without a value, a line keeps libcurl from adding one of its own.
            add("Expect:")
            if !hasAccept { add("Accept:") }
            if !hasContentType { add("Content-Type:") }
            if closes { add("Connection: close") }
            // libcurl would offer more, by its slow way to write a line.
            if offersGzip, !hasAcceptEncoding { add("Accept-Encoding: gzip, deflate") }
        }

        /// Whether a field is about where the body ends, which libcurl says by itself.
        static func isFraming(_ name: String) -> Bool {
            switch name.utf8.count {
            case 14: name.utf8.isSame(as: "Content-Length")
            case 17: name.utf8.isSame(as: "Transfer-Encoding")
            default: false
            }
        }
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

        /// Writes a whole line.
        mutating func write(line: StaticString) {
            begin()
            next.copyMemory(from: line.utf8Start, byteCount: line.utf8CodeUnitCount)
            next += line.utf8CodeUnitCount
            write("\0")
        }
    }
}
