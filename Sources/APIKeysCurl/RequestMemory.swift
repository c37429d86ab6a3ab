import APIKeys
import CCurl
import Foundation

/// A request's header lines and its body, in one block of memory that libcurl reads while the transfer lasts.
struct RequestMemory {
    private let block: UnsafeMutableRawPointer
    let lines: UnsafeMutablePointer<CCurlList>
    let body: UnsafeMutableRawPointer

    /// Copies the request.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - closes: Whether to ask the server to close the connection.
    init(_ request: HTTPRequest, closes: Bool) {
        var fields = request.headers.fields
        // How long the body is, libcurl says by itself.
        fields.removeAll { field in
            ["Content-Length", "Transfer-Encoding"].contains { HTTPHeaders.isSame($0, field.name) }
        }
        // libcurl adds these on its own unless it is told not to.
        var unwanted = ["Expect"]
        for name in ["Accept", "Content-Type"] where !fields.contains(where: { HTTPHeaders.isSame($0.name, name) }) {
            unwanted.append(name)
        }
        if closes { fields.append(.init(name: "Connection", value: "close")) }

        let count = fields.count + unwanted.count
        let listSize = count * MemoryLayout<CCurlList>.stride
        let textSize =
            fields.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 3 }
            + unwanted.reduce(0) { $0 + $1.utf8.count + 2 }
        let bodySize = request.body?.count ?? 0
        block = .allocate(byteCount: listSize + textSize + bodySize, alignment: MemoryLayout<CCurlList>.alignment)
        lines = block.bindMemory(to: CCurlList.self, capacity: count)

        var writer = Writer(next: block + listSize, line: lines)
        for field in fields {
            // An empty value is written with a semicolon: with a colon, libcurl would take the field away.
            let isEmpty = field.value.utf8.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            writer.write(field.name, isEmpty ? ";" : ": ", isEmpty ? "" : field.value)
        }
        for name in unwanted { writer.write(name, ":", "") }
        lines[count - 1].next = nil
        body = writer.next
        request.body?.withUnsafeBytes { bytes in
            if let start = bytes.baseAddress { writer.next.copyMemory(from: start, byteCount: bytes.count) }
        }
    }

    func free() {
        block.deallocate()
    }

    private struct Writer {
        var next: UnsafeMutableRawPointer
        var line: UnsafeMutablePointer<CCurlList>

        mutating func write(_ texts: String...) {
            let start = next.assumingMemoryBound(to: CChar.self)
            for var text in texts {
                text.withUTF8 { bytes in
                    guard let first = bytes.baseAddress else { return }
                    next.copyMemory(from: first, byteCount: bytes.count)
                    next += bytes.count
                }
            }
            next.storeBytes(of: 0, as: UInt8.self)
            next += 1
            line.initialize(to: CCurlList(text: start, next: line + 1))
            line += 1
        }
    }
}
