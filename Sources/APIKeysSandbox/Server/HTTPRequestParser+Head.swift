import APIKeys
import Foundation

extension HTTPRequestParser {
    mutating func readRequestLine() throws(RequestRejection) -> Step? {
        let limit = limits.maximumRequestLineBytes
        guard let line = try line(limit: limit, orElse: .requestLineTooLong) else { return .needsMoreBytes }
        if line.isEmpty, case .start = stage {
            // One empty line ahead of a request is let pass (RFC 9112, section 2.2).
            stage = .requestLine
        } else {
            stage = .headers(try RequestLine(line))
            openSection()
        }
        return nil
    }

    mutating func readHeader(of requestLine: RequestLine) throws(RequestRejection) -> Step? {
        guard let line = try fieldLine() else { return .needsMoreBytes }
        guard line.isEmpty else {
            fields.append(try HTTPHeaders.Field(line: line))
            return nil
        }
        let head = try RequestHead(line: requestLine, headers: HTTPHeaders(fields), defaultAuthority: authority)
        openSection()
        body = Data()
        switch head.framing {
        case .length(let length) where length > limits.maximumBodyBytes: throw .bodyTooLarge
        case .length(let length): stage = .body(head, remaining: length)
        case .chunked: stage = .chunkSize(head)
        }
        return head.isExpectant && head.framing != .length(0) && buffer.isEmpty ? .expectsContinue : nil
    }

    /// The next line of the header or the trailer section, within the limits of that.
    mutating func fieldLine() throws(RequestRejection) -> ArraySlice<UInt8>? {
        let room = max(limits.maximumHeaderBytes - usedHeaderBytes, 0)
        guard let line = try line(limit: room, orElse: .headersTooLarge) else { return nil }
        usedHeaderBytes += line.count + 2
        if !line.isEmpty {
            usedHeaderCount += 1
            if usedHeaderCount > limits.maximumHeaderCount { throw .tooManyHeaders }
        }
        return line
    }

    private mutating func openSection() {
        fields = []
        (usedHeaderBytes, usedHeaderCount) = (0, 0)
    }
}
