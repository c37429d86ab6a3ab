import APIKeys
import Foundation

/// Reads HTTP/1.1 and HTTP/1.0 requests from bytes, in whatever pieces these arrive. Knows nothing of sockets.
///
/// Bytes go in by ``append(_:)``; ``next()`` says what they make, again and again until it needs more of them. Where the
/// pieces were cut has no bearing on the requests and rejections that come out.
package struct HTTPRequestParser: Sendable {
    /// What the bytes so far make.
    package enum Step: Hashable, Sendable {
        /// Nothing yet.
        case needsMoreBytes
        /// A head whose sender waits for `100 Continue`. Said once, and only where nothing of the body has arrived.
        case expectsContinue
        /// A whole request. More may follow.
        case request(IncomingRequest)
        /// No request. Nothing more can be read: where the next one would begin is not known.
        case rejected(RequestRejection)
    }

    /// What is read next.
    enum Stage: Sendable {
        case start
        /// The request line, with an empty line behind us.
        case requestLine
        case headers(RequestLine)
        case body(RequestHead, remaining: Int)
        case chunkSize(RequestHead)
        case chunk(RequestHead, remaining: Int)
        case chunkEnd(RequestHead)
        case trailers(RequestHead)
        case rejected(RequestRejection)
    }

    let limits: LoopbackServer.Limits
    let authority: String
    var buffer = LineBuffer()
    var stage = Stage.start
    var fields: [HTTPHeaders.Field] = []
    var body = Data()
    /// How much of the room for header fields the section at hand has used.
    var usedHeaderBytes = 0
    var usedHeaderCount = 0

    /// Makes a parser for one connection.
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
        switch stage {
        case .start, .requestLine: buffer.isEmpty
        default: false
        }
    }

    /// Adds bytes behind those before.
    package mutating func append(_ bytes: some Collection<UInt8>) {
        if case .rejected = stage { return }
        buffer.append(bytes)
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

    /// Makes one move; returns a step where there is something to say, `nil` where the next stage has its turn.
    private mutating func advance() throws(RequestRejection) -> Step? {
        switch stage {
        case .start, .requestLine: try readRequestLine()
        case .headers(let line): try readHeader(of: line)
        case .body(let head, let remaining): readBody(of: head, remaining: remaining)
        case .chunkSize(let head): try readChunkSize(of: head)
        case .chunk(let head, let remaining): readChunk(of: head, remaining: remaining)
        case .chunkEnd(let head): try readChunkEnd(of: head)
        case .trailers(let head): try readTrailer(of: head)
        case .rejected(let rejection): throw rejection
        }
    }

    /// The next line without its line end, which must be CR LF: a CR or LF alone ends a line for some readers only.
    mutating func line(
        limit: Int, orElse rejection: RequestRejection
    ) throws(RequestRejection) -> ArraySlice<UInt8>? {
        switch buffer.takeLine(limit: limit + 1) {
        case .incomplete: return nil
        case .tooLong: throw rejection
        case .line(let line):
            let content = line.dropLast()
            guard line.last == UInt8(ascii: "\r"), !content.contains(UInt8(ascii: "\r")), !content.contains(0) else {
                throw .malformed("A line holds a stray line break or a NUL")
            }
            return content
        }
    }
}
