import APIKeys
import Foundation

extension HTTPRequestParser {
    /// How long the line with a chunk's size and extensions may be.
    private static let maximumChunkLineBytes = 4096

    mutating func readBody(of head: RequestHead, remaining: Int) -> Step? {
        let bytes = buffer.take(upTo: remaining)
        body.append(contentsOf: bytes)
        guard bytes.count == remaining else {
            stage = .body(head, remaining: remaining - bytes.count)
            return .needsMoreBytes
        }
        return finish(head)
    }

    mutating func readChunkSize(of head: RequestHead) throws(RequestRejection) -> Step? {
        let rejection = RequestRejection.malformed("The line of a chunk's size is too long")
        guard let line = try line(limit: Self.maximumChunkLineBytes, orElse: rejection) else { return .needsMoreBytes }
        let size = try chunkSize(line)
        if size > limits.maximumBodyBytes - body.count { throw .bodyTooLarge }
        stage = size == 0 ? .trailers(head) : .chunk(head, remaining: size)
        return nil
    }

    /// Reads `1A` or `1A; name=value`. Extensions mean nothing here, and count with the trailers as header bytes.
    private mutating func chunkSize(_ line: ArraySlice<UInt8>) throws(RequestRejection) -> Int {
        let digits = line.prefix { Character(Unicode.Scalar($0)).isHexDigit }
        let rest = line[digits.endIndex...]
        guard !digits.isEmpty else { throw .malformed("The size of a chunk is malformed") }
        guard let size = Int(String(decoding: digits, as: UTF8.self), radix: 16) else {
            throw .malformed("The size of a chunk is out of range")
        }
        let isExtension = rest.drop(while: HTTPHeaders.Field.isBlank).first == UInt8(ascii: ";")
        guard rest.isEmpty || isExtension, rest.allSatisfy(HTTPHeaders.Field.isText) else {
            throw .malformed("The extension of a chunk is malformed")
        }
        usedHeaderBytes += rest.count
        if usedHeaderBytes > limits.maximumHeaderBytes { throw .headersTooLarge }
        return size
    }

    mutating func readChunk(of head: RequestHead, remaining: Int) -> Step? {
        let bytes = buffer.take(upTo: remaining)
        body.append(contentsOf: bytes)
        guard bytes.count == remaining else {
            stage = .chunk(head, remaining: remaining - bytes.count)
            return .needsMoreBytes
        }
        stage = .chunkEnd(head)
        return nil
    }

    mutating func readChunkEnd(of head: RequestHead) throws(RequestRejection) -> Step? {
        let rejection = RequestRejection.malformed("A chunk is longer than its size says")
        guard let line = try line(limit: 0, orElse: rejection) else { return .needsMoreBytes }
        guard line.isEmpty else { throw rejection }
        stage = .chunkSize(head)
        return nil
    }

    /// Trailers have to be well-formed, and are dropped: nothing says that a handler may take them for header fields.
    mutating func readTrailer(of head: RequestHead) throws(RequestRejection) -> Step? {
        guard let line = try fieldLine() else { return .needsMoreBytes }
        if line.isEmpty { return finish(head) }
        _ = try HTTPHeaders.Field(line: line)
        return nil
    }

    private mutating func finish(_ head: RequestHead) -> Step {
        let request = HTTPRequest(
            method: head.line.method, url: head.url, headers: head.headers, body: body.isEmpty ? nil : body)
        stage = .start
        body = Data()
        return .request(
            IncomingRequest(request: request, keepsAlive: head.keepsAlive, isHTTP10: head.line.isHTTP10))
    }
}
