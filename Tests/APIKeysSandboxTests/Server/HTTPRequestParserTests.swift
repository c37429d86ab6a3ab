import APIKeys
import APIKeysSandbox
import APIKeysTesting
import Foundation
import Testing

@Suite(.timeLimit(.minutes(2))) struct HTTPRequestParserTests {
    @Test(arguments: ParserInput.accepted + ParserInput.rejected)
    func theSameComesOutWhereverTheBytesAreCut(input: ParserInput) {
        let bytes = Array(input.text.utf8)
        #expect(ParserInput.outcome(of: [bytes[...]]).outcome == input.outcome)
        #expect(ParserInput.outcome(of: bytes.indices.map { bytes[$0...$0] }).outcome == input.outcome, "byte by byte")
        let isSame = bytes.indices.allSatisfy { place in
            ParserInput.outcome(of: [bytes[..<place], bytes[place...]]).outcome == input.outcome
        }
        #expect(isSame, "in two pieces")
    }

    @Test func fieldsKeepTheirOrderCaseAndBytes() {
        var parser = HTTPRequestParser(limits: .init(), defaultAuthority: "h")
        parser.append(
            Array("GET / HTTP/1.1\r\nHost: h\r\nX-b: 1\r\nx-A:\r\nX-B:  2 3\t\r\nY: ".utf8) + [0xFF, 13, 10, 13, 10])
        let fields: HTTPHeaders = ["Host": "h", "X-b": "1", "x-A": "", "X-B": "2 3", "Y": "\u{FF}"]
        let request = HTTPRequest(method: .get, url: URL(fileURLWithPath: "/"), headers: fields)
        guard case .request(let incoming) = parser.next() else {
            Issue.record("no request")
            return
        }
        #expect(incoming.request.headers.fields == request.headers.fields)
        #expect(incoming.request.timeout == request.timeout)
        #expect(parser.isIdle)
    }

    @Test(arguments: [
        ("HTTP/1.1", "X: y", true), ("HTTP/1.1", "Connection: close", false),
        ("HTTP/1.1", "Connection: a, CLOSE", false),
        ("HTTP/1.0", "X: y", false), ("HTTP/1.0", "Connection: Keep-Alive", true),
        ("HTTP/1.0", "Connection: close, keep-alive", false),
    ])
    func whetherTheConnectionStaysOpen(version: String, field: String, keepsAlive: Bool) {
        var parser = HTTPRequestParser(limits: .init(), defaultAuthority: "h")
        parser.append(Array("GET / \(version)\r\nHost: h\r\n\(field)\r\n\r\n".utf8))
        guard case .request(let incoming) = parser.next() else {
            Issue.record("no request")
            return
        }
        #expect(incoming.keepsAlive == keepsAlive)
        #expect(incoming.isHTTP10 == (version == "HTTP/1.0"))
    }

    @Test func theWordToGoOnIsAskedForOnceBeforeTheBody() {
        var parser = HTTPRequestParser(limits: .init(), defaultAuthority: "h")
        let head = Array("PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n".utf8)
        parser.append(head)
        #expect(parser.next() == .expectsContinue)
        #expect(parser.next() == .needsMoreBytes)
        parser.append(Array("x".utf8))
        guard case .request = parser.next() else {
            Issue.record("no request")
            return
        }
        parser.append(head + Array("x".utf8))
        guard case .request = parser.next() else {
            Issue.record("asked for although the body had begun")
            return
        }
    }

    @Test func anEmptyLineIsNotTheBeginningOfARequest() {
        var parser = HTTPRequestParser(limits: .init(), defaultAuthority: "h")
        for (bytes, isIdle) in [("\r", false), ("\n", true), ("G", false)] {
            parser.append(Array(bytes.utf8))
            #expect(parser.next() == .needsMoreBytes)
            #expect(parser.isIdle == isIdle)
        }
    }

    @Test func limitsOfAnySizeAreSafe() {
        for number in [Int.min, -1, 0, Int.max] {
            let limits = LoopbackServer.Limits(
                maximumRequestLineBytes: number, maximumHeaderBytes: number, maximumHeaderCount: number,
                maximumBodyBytes: number)
            for input in ParserInput.accepted + ParserInput.rejected {
                _ = ParserInput.outcome(of: [Array(input.text.utf8)[...]], limits: limits)
            }
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func mutatedAndRandomBytesComeOutTheSameInAnyPieces(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let inputs = ParserInput.accepted + ParserInput.rejected
        for _ in 0..<1000 {
            let bytes = Mutation.bytes(from: inputs.map(\.text), using: &generator)
            let whole = ParserInput.outcome(of: [bytes[...]]).outcome
            var pieces: [ArraySlice<UInt8>] = []
            var start = 0
            while start < bytes.count {
                let end = min(bytes.count, start + Int.random(in: 1...16, using: &generator))
                pieces.append(bytes[start..<end])
                start = end
            }
            #expect(ParserInput.outcome(of: pieces).outcome == whole)
        }
    }
}
