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
        // libcurl adds these on its own unless it is told not to.
        let additions =
            "Expect:\0" + (known.hasAccept ? "" : "Accept:\0") + (known.hasContentType ? "" : "Content-Type:\0")
            + (closes ? "Connection: close\0" : "")
            // libcurl would offer more, by its slow way to write a line.
            + (offersGzip && !hasAcceptEncoding ? "Accept-Encoding: gzip, deflate\0" : "")

        let fields = request.headers.fields
        let listSize = (fields.count + 5) * MemoryLayout<CCurlList>.stride
        let textSize = fields.reduce(additions.utf8.count) { $0 + $1.name.utf8.count + $1.value.utf8.count + 3 }
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
        writer.write(lines: additions)
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

        /// Writes whole lines.
        mutating func write(lines: String) {
            var isEnd = true
            for byte in lines.utf8 {
                if isEnd { begin() }
                isEnd = byte == 0
                next.storeBytes(of: byte, as: UInt8.self)
                next += 1
            }
        }
    }
}
