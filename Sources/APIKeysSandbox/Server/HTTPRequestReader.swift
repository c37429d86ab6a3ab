package import APIKeys
import Foundation

/// Reads HTTP/1.1 and HTTP/1.0 requests from bytes, in whatever pieces these arrive. Knows nothing of sockets.
///
/// Where the pieces were cut has no bearing on the requests and rejections that come out.
package struct HTTPRequestReader {
    /// The stream has ended where more was needed.
    private struct EndOfStream: Error {}

    private static let maximumChunkLineBytes = 4096

    private let limits: LoopbackServer.Limits
    private let authority: String
    private let read: (_ isIdle: Bool) throws -> [UInt8]?
    private let agree: () throws -> Void
    private var buffer: [UInt8] = []
    /// The beginning of the unused bytes.
    private var start = 0
    private var isBehindRequestLine = false
    /// How much of the limits the header or trailer section at hand has used.
    private var used = (bytes: 0, fields: 0)

    /// Creates a reader for one connection.
    ///
    /// - Parameters:
    ///   - limits: How large a request may be.
    ///   - defaultAuthority: The host and port in the URL of a request that names none.
    ///   - read: Waits for more bytes; `nil` at the end of the stream. It is told ``isIdle``.
    ///   - agree: Tells the client, which waits for that, to send the body.
    package init(
        limits: LoopbackServer.Limits, defaultAuthority: String, read: @escaping (_ isIdle: Bool) throws -> [UInt8]?,
        agree: @escaping () throws -> Void
    ) {
        self.limits = limits.clamped
        authority = defaultAuthority
        (self.read, self.agree) = (read, agree)
    }

    /// Whether nothing of a request has arrived. An empty line ahead of one is no part of it.
    package var isIdle: Bool { !isBehindRequestLine && start == buffer.count }

    /// Reads the next request; `nil` if the stream ends first.
    ///
    /// After a ``Rejection``, nothing more can be read: where the next request would begin is not known.
    package mutating func next() throws -> IncomingRequest? {
        do {
            return try request()
        } catch is EndOfStream {
            return nil
        }
    }

    private mutating func request() throws -> IncomingRequest {
        let tooLong = Rejection(414, "The request line is too long")
        var line = try line(limits.maximumRequestLineBytes, tooLong)
        // One empty line ahead of a request is let pass (RFC 9112, section 2.2).
        if line.isEmpty { line = try self.line(limits.maximumRequestLineBytes, tooLong) }
        isBehindRequestLine = true
        used = (0, 0)
        let requestLine = Self.text(line)
        var fields: [HTTPHeaders.Field] = []
        while let field = try fieldLine() { fields.append(field) }
        let head = try RequestHead(requestLine, HTTPHeaders(fields), defaultAuthority: authority)
        let body = try body(of: head)
        isBehindRequestLine = false
        let request = HTTPRequest(
            method: head.method, url: head.url, headers: head.headers, body: body.isEmpty ? nil : body)
        return IncomingRequest(request: request, keepsAlive: head.keepsAlive, isHTTP10: head.isHTTP10)
    }

    private mutating func body(of head: RequestHead) throws -> Data {
        if let length = head.length, length > limits.maximumBodyBytes { throw Rejection.bodyTooLarge }
        // Said only if nothing of the body has arrived.
        if head.isExpectant, head.length != 0, start == buffer.count { try agree() }
        var body = Data()
        if let length = head.length {
            try take(length, into: &body)
            return body
        }
        used = (0, 0)
        while case let size = try chunkSize(), size > 0 {
            if size > limits.maximumBodyBytes - body.count { throw Rejection.bodyTooLarge }
            try take(size, into: &body)
            let tooLong = Rejection(400, "A chunk is longer than its size says")
            guard try line(0, tooLong).isEmpty else { throw tooLong }
        }
        // Trailers have to be well-formed, and are dropped: nothing says that a handler may take them for fields.
        while try fieldLine() != nil {}
        return body
    }

    /// Reads `1A` or `1A; name=value`. Extensions mean nothing here, and count with the trailers as header bytes.
    private mutating func chunkSize() throws -> Int {
        let line = try line(Self.maximumChunkLineBytes, Rejection(400, "The line of a chunk's size is too long"))
        let digits = line.prefix { Character(Unicode.Scalar($0)).isHexDigit }
        let rest = line[digits.endIndex...]
        let isExtension = rest.drop { $0 == 0x20 || $0 == 0x09 }.first == UInt8(ascii: ";")
        guard let size = Int(Self.text(digits), radix: 16), rest.isEmpty || isExtension,
            rest.allSatisfy(HTTPHeaders.Field.isText)
        else { throw Rejection(400, "The line of a chunk's size is malformed") }
        used.bytes += rest.count
        if used.bytes > limits.maximumHeaderBytes { throw Rejection.headersTooLarge }
        return size
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(String.UnicodeScalarView(bytes.lazy.map { Unicode.Scalar($0) }))
    }
}

// MARK: - Lines and blocks

extension HTTPRequestReader {
    /// Reads the next line of the header or the trailer section, within the limits of that; `nil` at its end.
    private mutating func fieldLine() throws -> HTTPHeaders.Field? {
        let line = try line(max(limits.maximumHeaderBytes - used.bytes, 0), .headersTooLarge)
        guard !line.isEmpty else { return nil }
        used = (used.bytes + line.count + 2, used.fields + 1)
        if used.fields > limits.maximumHeaderCount {
            throw Rejection(431, "There are too many header fields")
        }
        return try HTTPHeaders.Field(line: line)
    }

    /// Reads the next line without its line end, which must be CR LF: a CR or LF alone ends a line for some readers
    /// only.
    private mutating func line(_ limit: Int, _ tooLong: Rejection) throws -> ArraySlice<UInt8> {
        // Up to here no line feed was found: no byte is looked at twice, however slowly a line arrives.
        var scanned = start
        while true {
            // The carriage return is not counted.
            let end = min(buffer.count, start + limit + 2)
            if let place = buffer[scanned..<end].firstIndex(of: UInt8(ascii: "\n")) {
                let line = buffer[start..<place]
                start = place + 1
                let content = line.dropLast()
                guard line.last == UInt8(ascii: "\r"), !content.contains(UInt8(ascii: "\r")), !content.contains(0)
                else {
                    throw Rejection(400, "A line holds a stray line break or a NUL")
                }
                return content
            }
            if buffer.count - start > limit + 1 { throw tooLong }
            scanned = buffer.count - start
            try readMore()
        }
    }

    /// Moves so many bytes to a body.
    private mutating func take(_ number: Int, into body: inout Data) throws {
        var rest = number
        while true {
            let end = start + min(rest, buffer.count - start)
            body.append(contentsOf: buffer[start..<end])
            rest -= end - start
            start = end
            if rest == 0 { return }
            try readMore()
        }
    }

    /// Adds bytes to the buffer, whose unused ones then are at its beginning.
    private mutating func readMore() throws {
        let bytes = try read(isIdle)
        buffer.removeFirst(start)
        start = 0
        guard let bytes else { throw EndOfStream() }
        buffer += bytes
    }
}

/// A request that has arrived in full.
package struct IncomingRequest: Hashable, Sendable {
    /// The request as a transport would be handed it. Its header fields are those on the wire, in their order.
    package let request: HTTPRequest
    /// Whether the client expects the connection to stay open behind the answer.
    package let keepsAlive: Bool
    /// Whether the client speaks HTTP/1.0, which closes a connection unless told otherwise.
    package let isHTTP10: Bool
}

extension Rejection {
    static let headersTooLarge = Rejection(431, "The header fields are too large")
    static let bodyTooLarge = Rejection(413, "The body is too large")
}
