import APIKeys
import APIKeysSandbox
import APIKeysTesting
import Foundation
import Testing

@Suite(.timeLimit(.minutes(5))) struct HTTPRequestReaderTests {
    @Test(arguments: ReaderInput.accepted + ReaderInput.rejected)
    func theSameComesOutWhereverTheBytesAreCut(input: ReaderInput) {
        let bytes = Array(input.text.utf8)
        #expect(ReaderInput.outcome(of: [bytes[...]]) == input.outcome)
        #expect(ReaderInput.outcome(of: bytes.indices.map { bytes[$0...$0] }) == input.outcome, "byte by byte")
        let isSame = bytes.indices.allSatisfy { place in
            ReaderInput.outcome(of: [bytes[..<place], bytes[place...]]) == input.outcome
        }
        #expect(isSame, "in two pieces")
    }

    /// A reader of bytes that arrive all at once.
    private func reader(_ text: String) -> HTTPRequestReader { .of([Array(text.utf8)[...]]) }

    @Test func fieldsKeepTheirOrderCaseAndBytes() throws {
        let head = "GET / HTTP/1.1\r\nHost: h\r\nX-b: 1\r\nx-A:\r\nX-B:  2 3\t\r\nY: "
        var reader = HTTPRequestReader.of([Array(head.utf8) + [0xFF, 13, 10, 13, 10]])
        let fields: HTTPHeaders = ["Host": "h", "X-b": "1", "x-A": "", "X-B": "2 3", "Y": "\u{FF}"]
        let request = HTTPRequest(method: .get, url: URL(fileURLWithPath: "/"), headers: fields)
        let incoming = try #require(try reader.next())
        #expect(incoming.request.headers.fields == request.headers.fields)
        #expect(incoming.request.timeout == request.timeout)
        #expect(reader.isIdle)
        #expect(try reader.next() == nil)
    }

    @Test(arguments: [
        ("HTTP/1.1", "X: y", true), ("HTTP/1.1", "Connection: close", false),
        ("HTTP/1.1", "Connection: a, CLOSE", false),
        ("HTTP/1.0", "X: y", false), ("HTTP/1.0", "Connection: Keep-Alive", true),
        ("HTTP/1.0", "Connection: close, keep-alive", false),
    ])
    func whetherTheConnectionStaysOpen(version: String, field: String, keepsAlive: Bool) throws {
        var reader = reader("GET / \(version)\r\nHost: h\r\n\(field)\r\n\r\n")
        let incoming = try #require(try reader.next())
        #expect(incoming.keepsAlive == keepsAlive)
        #expect(incoming.isHTTP10 == (version == "HTTP/1.0"))
    }

    @Test func theWordToGoOnIsAskedForOnceBeforeTheBody() throws {
        let head = Array("PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n".utf8)[...]
        let body = Array("xy".utf8)[...]
        // Nothing of the body has arrived, then its beginning has.
        for (pieces, expected) in [
            ([head, body], 1), ([head, body.prefix(1), body.suffix(1)], 1),
            ([head + body], 0), ([head + body.prefix(1), body.suffix(1)], 0),
        ] {
            let words = Locked(0)
            var reader = HTTPRequestReader.of(pieces) { words.withLock { $0 += 1 } }
            #expect(try reader.next()?.request.body == Data(body))
            #expect(words.withLock { $0 } == expected)
        }
    }

    @Test func anEmptyLineIsNotTheBeginningOfARequest() throws {
        let idleness = Locked<[Bool]>([])
        var rest = ["\r", "\n", "G", "ET / HTTP/1.1\r\n", "Host: h\r\n\r\n"][...]
        var reader = HTTPRequestReader(limits: .init(), defaultAuthority: "h") { isIdle in
            idleness.withLock { $0.append(isIdle) }
            return rest.popFirst().map { Array($0.utf8) }
        } agree: {
        }
        #expect(try reader.next() != nil)
        #expect(try reader.next() == nil)
        #expect(idleness.withLock { $0 } == [true, false, true, false, false, true])
    }

    @Test func limitsOfAnySizeAreSafe() {
        for number in [Int.min, -1, 0, Int.max] {
            let limits = LoopbackServer.Limits(
                maximumRequestLineBytes: number, maximumHeaderBytes: number, maximumHeaderCount: number,
                maximumBodyBytes: number)
            for input in ReaderInput.accepted + ReaderInput.rejected {
                _ = ReaderInput.outcome(of: [Array(input.text.utf8)[...]], limits: limits)
            }
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func mutatedAndRandomBytesComeOutTheSameInAnyPieces(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let inputs = ReaderInput.accepted + ReaderInput.rejected
        for _ in 0..<1000 {
            let bytes = Mutation.bytes(from: inputs.map(\.text), using: &generator)
            let whole = ReaderInput.outcome(of: [bytes[...]])
            var pieces: [ArraySlice<UInt8>] = []
            var start = 0
            while start < bytes.count {
                let end = min(bytes.count, start + Int.random(in: 1...16, using: &generator))
                pieces.append(bytes[start..<end])
                start = end
            }
            #expect(ReaderInput.outcome(of: pieces) == whole)
        }
    }
}
