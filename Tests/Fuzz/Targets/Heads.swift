@testable import APIKeys
@testable import APIKeysCurl
import Foundation

extension Target {
    /// What libcurl hands over of a response, line by line: no byte of the body is lost or too many, and each field is
    /// where a reader of whole heads sees it.
    static let heads = Target(name: "heads") { bytes in
        var input = Input(bytes)
        let limit = Int(input.byte()) * 16
        let pieces = Int(input.byte()) % 7 + 1
        let lines = lines(of: Array(input.rest))
        var reader = ResponseReader(maximumBodyBytes: limit)
        var place = 0
        var isGoing = true
        var last: [UInt8] = []
        while place < lines.count, isGoing {
            isGoing = lines[place].withUnsafeBytes { reader.receive(headLine: $0) }
            last = lines[place]
            place += 1
            if reader.isHeadComplete { break }
        }
        expect(isGoing == !reader.isTooLarge, "it goes on when it is too large")
        if reader.isHeadComplete {
            expect(
                ["\r\n", "\n"].contains { last.elementsEqual($0.utf8) } || last.first == 0x0D, "a head ends in \(last)")
        }
        let body = Array(lines[place...].joined())
        var taken = 0
        while taken < body.count, isGoing {
            let piece = Array(body[taken...].prefix(max(body.count / pieces, 1)))
            isGoing = piece.withUnsafeBytes { reader.receive(body: $0) }
            taken += piece.count
        }
        guard let response = reader.response else { return }
        expect((200..<1000).contains(response.status) || response.status < 200, "the status \(response.status)")
        expect(response.body.elementsEqual(body.prefix(response.body.count)), "the body is another")
        let isWhole = isGoing && reader.isHeadComplete
        if isWhole { expect(response.body.count == body.count, "\(response.body.count) of \(body.count) bytes") }
        checkFields(of: response, in: Array(lines[..<place]), isComplete: reader.isHeadComplete)
        checkCoding(response, limit)
    }

    /// Lines with their ends.
    private static func lines(of bytes: [UInt8]) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let end = rest.firstIndex(of: 0x0A).map { $0 + 1 } ?? rest.endIndex
            lines.append(Array(rest[..<end]))
            rest = rest[end...]
        }
        return lines
    }

    /// The fields of the last head, each as one line of a well-formed head has it. A head with folded lines is left
    /// out.
    private static func checkFields(of response: HTTPResponse, in lines: [[UInt8]], isComplete: Bool) {
        var heads: [[[UInt8]]] = [[]]
        for line in lines {
            if line.first == 0x0D || line.first == 0x0A {
                heads.append([])
            } else {
                heads[heads.count - 1].append(line)
            }
        }
        if isComplete { heads.removeLast() }
        // libcurl hands over no head without a status.
        guard heads.allSatisfy({ $0.first?.starts(with: "HTTP/1.1 ".utf8) == true && status(of: $0[0]) != nil }) else {
            return
        }
        guard let fields = heads.last?.dropFirst(),
            fields.allSatisfy({ line in
                !line.contains(0x0D) || line.firstIndex(of: 0x0D) == line.count - 2 && line.last == 0x0A
            }), fields.allSatisfy({ $0.last == 0x0A && $0.first != 0x20 && $0.first != 0x09 })
        else { return }
        let expected = fields.compactMap { line -> (String, [UInt8])? in
            guard let colon = line.firstIndex(of: 0x3A) else { return nil }
            func isBlank(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0D, 0x0A].contains(byte) }
            let value = line[(colon + 1)...].drop(while: isBlank)
            return (
                String(decoding: line[..<colon], as: UTF8.self), Array(value.reversed().drop(while: isBlank).reversed())
            )
        }
        expect(
            expected.count == response.headers.fields.count, "\(response.headers.fields.count) fields of \(expected)")
        for (field, (name, value)) in zip(response.headers.fields, expected) {
            expect(field.name == name, "\(field.name) is \(name)")
            let isSame =
                field.value.utf8.elementsEqual(value)
                || field.value.unicodeScalars.map(\.value) == value.map { UInt32($0) }
            expect(isSame, "\(field.value.debugDescription) is \(value)")
        }
    }

    private static func status(of line: [UInt8]) -> Int? {
        Int(String(decoding: line.dropFirst(9).prefix(3), as: UTF8.self)).flatMap {
            (100..<1000).contains($0) ? $0 : nil
        }
    }

    /// A body in a coding: decoded or left, never more than is allowed.
    private static func checkCoding(_ response: HTTPResponse, _ limit: Int) {
        let request = HTTPRequest(
            method: .post, url: URL(filePath: "/"), headers: ["Accept-Encoding": "identity"],
            maximumResponseBytes: limit)
        switch ContentCoding.decoded(.success(response), for: request) {
        case .success(let decoded):
            expect(decoded.body.count <= limit, "a body of \(decoded.body.count), and not \(limit)")
            expect(decoded.status == response.status, "another status")
            if response.headers["Content-Encoding"] == nil { expect(decoded == response, "decoded without a coding") }
        case .failure(let failure):
            expect(failure.reason == .responseTooLarge, "ends in \(failure)")
            expect(failure.partialResponse.map { $0.body.count <= limit } == true, "a partial body")
        }
    }
}
