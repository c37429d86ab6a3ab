package import APIKeys
import Foundation

/// Reads HTTP/1.1 and HTTP/1.0 requests from bytes, in whatever pieces these arrive. Knows nothing of sockets.
///
/// Bytes go in by ``append(_:)``; ``next()`` says what they make, again and again until it needs more of them. Where
/// the pieces were cut has no bearing on the requests and rejections that come out.
package struct HTTPRequestParser: Sendable {
    /// What the bytes so far amount to.
    package enum Step: Hashable, Sendable {
        /// Nothing yet.
        case needsMoreBytes
        /// A head whose sender waits for `100 Continue`. Said once, and only if nothing of the body has arrived.
        case expectsContinue
        /// A whole request. More may follow.
        case request(IncomingRequest)
        /// No request. Nothing more can be read: where the next one would begin is not known.
        case rejected(RequestRejection)
    }

    /// What is read next.
    private enum Stage: Sendable {
        case requestLine(isBehindEmptyLine: Bool)
        case headers(line: String)
        case body(RequestHead, remaining: Int)
        case chunkSize(RequestHead)
        case chunk(RequestHead, remaining: Int)
        case chunkEnd(RequestHead)
        case trailers(RequestHead)
        case rejected(RequestRejection)
    }

    private static let maximumChunkLineBytes = 4096

    private let limits: LoopbackServer.Limits
    private let authority: String
    private var stage = Stage.requestLine(isBehindEmptyLine: false)
    private var buffer: [UInt8] = []
    /// The beginning of the unused bytes.
    private var start = 0
    /// Up to here no line feed was found, so that no byte is looked at twice however slowly a line arrives.
    private var scanned = 0
    private var fields: [HTTPHeaders.Field] = []
    /// How much of the limits the header or trailer section at hand has used.
    private var used = (bytes: 0, fields: 0)
    private var body = Data()

    /// Creates a parser for one connection.
    ///
    /// - Parameters:
    ///   - limits: How large a request may be.
    ///   - defaultAuthority: The host and port in the URL of a request that names none.
    package init(limits: LoopbackServer.Limits, defaultAuthority: String) {
        self.limits = limits.clamped
        authority = defaultAuthority
    }

    /// Whether nothing of a request has arrived. An empty line ahead of one is no part of it.
    package var isIdle: Bool {
        if case .requestLine = stage { start == buffer.count } else { false }
    }

    /// Adds bytes behind those before.
    package mutating func append(_ bytes: some Collection<UInt8>) {
        if case .rejected = stage { return }
        buffer.removeFirst(start)
        (scanned, start) = (scanned - start, 0)
        buffer.append(contentsOf: bytes)
    }

    /// Reads on.
    package mutating func next() -> Step {
        do {
            while true {
                if let step = try advance() { return step }
            }
        } catch {
            stage = .rejected(error)
            return .rejected(error)
        }
    }

    /// Makes one move; returns a step if there is something to say, `nil` if the next stage has its turn.
    private mutating func advance() throws(RequestRejection) -> Step? {
        switch stage {
        case .requestLine(let isBehindEmptyLine):
            let rejection = RequestRejection(414, "The request line is too long")
            guard let line = try line(limits.maximumRequestLineBytes, rejection) else { return .needsMoreBytes }
            // One empty line ahead of a request is let pass (RFC 9112, section 2.2).
            let isSkipped = line.isEmpty && !isBehindEmptyLine
            stage = isSkipped ? .requestLine(isBehindEmptyLine: true) : .headers(line: Self.text(line))
        case .headers(let requestLine):
            guard let field = try fieldLine() else { return .needsMoreBytes }
            if let field {
                fields.append(field)
                return nil
            }
            return try begin(try RequestHead(requestLine, HTTPHeaders(fields), defaultAuthority: authority))
        case .body(let head, let remaining):
            let rest = remaining - take(upTo: remaining)
            stage = .body(head, remaining: rest)
            return rest == 0 ? finish(head) : .needsMoreBytes
        case .chunkSize(let head):
            let rejection = RequestRejection(400, "The line of a chunk's size is too long")
            guard let line = try line(Self.maximumChunkLineBytes, rejection) else { return .needsMoreBytes }
            let size = try chunkSize(line)
            if size > limits.maximumBodyBytes - body.count { throw .bodyTooLarge }
            stage = size == 0 ? .trailers(head) : .chunk(head, remaining: size)
        case .chunk(let head, let remaining):
            let rest = remaining - take(upTo: remaining)
            stage = rest == 0 ? .chunkEnd(head) : .chunk(head, remaining: rest)
            if rest > 0 { return .needsMoreBytes }
        case .chunkEnd(let head):
            let rejection = RequestRejection(400, "A chunk is longer than its size says")
            guard let line = try line(0, rejection) else { return .needsMoreBytes }
            guard line.isEmpty else { throw rejection }
            stage = .chunkSize(head)
        case .trailers(let head):
            // Trailers have to be well-formed, and are dropped: nothing says that a handler may take them for fields.
            guard let field = try fieldLine() else { return .needsMoreBytes }
            return field == nil ? finish(head) : nil
        case .rejected(let rejection): throw rejection
        }
        return nil
    }

    private mutating func begin(_ head: RequestHead) throws(RequestRejection) -> Step? {
        (fields, used) = ([], (0, 0))
        if let length = head.length {
            if length > limits.maximumBodyBytes { throw .bodyTooLarge }
            stage = .body(head, remaining: length)
        } else {
            stage = .chunkSize(head)
        }
        return head.isExpectant && head.length != 0 && start == buffer.count ? .expectsContinue : nil
    }

    private mutating func finish(_ head: RequestHead) -> Step {
        let request = HTTPRequest(
            method: head.method, url: head.url, headers: head.headers, body: body.isEmpty ? nil : body)
        (stage, body, used) = (.requestLine(isBehindEmptyLine: false), Data(), (0, 0))
        return .request(IncomingRequest(request: request, keepsAlive: head.keepsAlive, isHTTP10: head.isHTTP10))
    }

    /// Reads `1A` or `1A; name=value`. Extensions mean nothing here, and count with the trailers as header bytes.
    private mutating func chunkSize(_ line: ArraySlice<UInt8>) throws(RequestRejection) -> Int {
        let digits = line.prefix { Character(Unicode.Scalar($0)).isHexDigit }
        let rest = line[digits.endIndex...]
        let isExtension = rest.drop { $0 == 0x20 || $0 == 0x09 }.first == UInt8(ascii: ";")
        guard let size = Int(Self.text(digits), radix: 16), rest.isEmpty || isExtension,
            rest.allSatisfy(HTTPHeaders.Field.isText)
        else { throw RequestRejection(400, "The line of a chunk's size is malformed") }
        used.bytes += rest.count
        if used.bytes > limits.maximumHeaderBytes { throw .headersTooLarge }
        return size
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(String.UnicodeScalarView(bytes.lazy.map { Unicode.Scalar($0) }))
    }
}

// MARK: - Lines and blocks

extension HTTPRequestParser {
    /// The next line of the header or the trailer section, within the limits of that.
    ///
    /// - Returns: `nil` until the line has arrived; then the field, or none at the end of the section.
    private mutating func fieldLine() throws(RequestRejection) -> HTTPHeaders.Field?? {
        let room = max(limits.maximumHeaderBytes - used.bytes, 0)
        guard let line = try line(room, .headersTooLarge) else { return nil }
        guard !line.isEmpty else { return .some(nil) }
        used = (used.bytes + line.count + 2, used.fields + 1)
        if used.fields > limits.maximumHeaderCount {
            throw RequestRejection(431, "There are too many header fields")
        }
        return try HTTPHeaders.Field(line: line)
    }

    /// Takes the next line without its line end, which must be CR LF: a CR or LF alone ends a line for some readers
    /// only.
    private mutating func line(
        _ limit: Int, _ rejection: RequestRejection
    ) throws(RequestRejection) -> ArraySlice<UInt8>? {
        // The carriage return is not counted.
        let end = min(buffer.count, start + limit + 2)
        guard scanned < end, let place = buffer[scanned..<end].firstIndex(of: UInt8(ascii: "\n")) else {
            scanned = max(scanned, end)
            if buffer.count - start > limit + 1 { throw rejection }
            return nil
        }
        let line = buffer[start..<place]
        (start, scanned) = (place + 1, place + 1)
        let content = line.dropLast()
        guard line.last == UInt8(ascii: "\r"), !content.contains(UInt8(ascii: "\r")), !content.contains(0) else {
            throw RequestRejection(400, "A line holds a stray line break or a NUL")
        }
        return content
    }

    /// Moves as many bytes to the body as there are, up to a number, and returns how many.
    private mutating func take(upTo number: Int) -> Int {
        let end = start + min(number, buffer.count - start)
        defer { (start, scanned) = (end, end) }
        body.append(contentsOf: buffer[start..<end])
        return end - start
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

/// Why a request is not given to the handler: the status and the text of the answer that its sender gets.
package struct RequestRejection: Error, Hashable {
    package let status: Int
    let detail: String

    init(_ status: Int, _ detail: String) {
        self.status = status
        self.detail = detail
    }

    static let headersTooLarge = RequestRejection(431, "The header fields are too large")
    static let bodyTooLarge = RequestRejection(413, "The body is too large")
}
