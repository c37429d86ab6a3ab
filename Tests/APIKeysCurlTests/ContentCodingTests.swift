import APIKeys
import APIKeysCurl
import Foundation
import TestSupport
import Testing

/// Bodies in codings that nobody asked for: a create asks for `identity`.
@Suite(.needsLibcurl, .timeLimit(.minutes(5))) struct ContentCodingTests {
    private static let plain = Array(Fault.body.utf8)
    private static let gzip = Gzip.stored(plain)

    @Test(arguments: [
        ("gzip", gzip), ("GZIP", gzip), ("x-gzip", gzip), ("X-GZip", gzip), (" gzip ,", gzip),
        ("deflate", Gzip.zlib(plain)), ("Deflate", Gzip.block(plain)),
        ("identity, gzip", gzip), ("gzip,identity", gzip), ("gzip, gzip", Gzip.stored(gzip)),
        ("deflate, gzip", Gzip.stored(Gzip.zlib(plain))), ("gzip, deflate", Gzip.zlib(gzip)),
        ("gzip\r\nContent-Encoding: deflate", Gzip.block(gzip)),
        // A file of two members, and one with something behind it.
        ("gzip", Gzip.stored(Array(plain[..<9])) + Gzip.stored(Array(plain[9...]))), ("gzip", gzip + [0, 0, 0]),
        // Said twice and done once.
        ("gzip\r\nContent-Encoding: gzip", gzip),
        ("identity", plain), ("UTF-8", plain), ("gzip", plain), ("deflate", plain), ("gzip, deflate", plain),
        ("", plain), ("br", plain), ("aws-chunked,gzip", plain),
    ])
    func theBodyIsBroughtHome(_ coding: String, _ body: [UInt8]) async throws {
        #expect(try await response(coding, body).body == Data(Self.plain))
    }

    /// The key may be in it.
    @Test(arguments: [0, 4, 8, 9, 20])
    func whatHasNoEndIsDecodedAsFarAsItGoes(_ missing: Int) async throws {
        let expected = Data(Self.plain.dropLast(max(missing - 8, 0)))
        #expect(try await response("gzip", Self.gzip.dropLast(missing)).body == expected)
        let zlib = Gzip.zlib(Self.plain).dropLast(missing / 2)
        #expect(try await response("deflate", Array(zlib)).body == Data(Self.plain.dropLast(max(missing / 2 - 4, 0))))
    }

    /// What is damaged, or in a coding that is not known, stays as it came.
    @Test(arguments: [
        ("gzip", Array(gzip[..<3])), ("gzip", Array(gzip[..<15])), ("deflate", Array(Gzip.block(plain).dropLast())),
        ("deflate", Array("{}".utf8)), ("gzip", changed(gzip, at: 20)), ("gzip", changed(gzip, at: gzip.count - 6)),
        ("deflate", changed(Gzip.zlib(plain), at: 12)), ("deflate", Gzip.block(plain) + [1]),
        ("br", gzip), ("compress", gzip), ("", gzip), ("gzip;q=1", gzip), ("gzip", []),
    ])
    func whatCannotBeDecodedStays(_ coding: String, _ body: [UInt8]) async throws {
        #expect(try await response(coding, body).body == Data(body))
    }

    /// A body of as many bytes as allowed, and of one more.
    @Test(arguments: ["identity", "gzip", "deflate"])
    func theLimitIsThatOfTheDecodedBody(_ coding: String) async throws {
        let bytes = (0..<5000).map { UInt8(truncatingIfNeeded: $0) }
        let body = coding == "gzip" ? Gzip.stored(bytes) : coding == "deflate" ? Gzip.zlib(bytes) : bytes
        #expect(try await response(coding, body, maximumBytes: 5000).body == Data(bytes))
        let failure = await #expect(throws: NetworkFailure.self) {
            try await response(coding, body, maximumBytes: 4999)
        }
        #expect(failure?.reason == .responseTooLarge)
        #expect(failure?.partialResponse?.body == Data(bytes.dropLast()))
        #expect(failure?.nothingWasSent == false)
    }

    /// A packed body may be a little larger than what it is unpacked to. Found by Tests/Fuzz: so could be one whose own
    /// head names no coding.
    @Test func aCodingOfAnInterimResponseRaisesNoLimit() async throws {
        let peer = try LoopbackPeer { connection, _ in
            connection.readRequest()
            connection.send("HTTP/1.1 103 Early Hints\r\nContent-Encoding: gzip\r\n\r\n")
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n")
            connection.send([UInt8](repeating: 0x20, count: 4000))
        }
        for encoding: HTTPHeaders in [["Accept-Encoding": "identity"], [:]] {
            let request = HTTPRequest(
                method: .post, url: peer.url(), headers: encoding, maximumResponseBytes: 100)
            let failure = await #expect(throws: NetworkFailure.self) { try await CurlTransport().send(request) }
            #expect(failure?.reason == .responseTooLarge)
            #expect(failure?.partialResponse?.body.count == 100)
        }
    }

    @Test(arguments: ["gzip", "gzip, gzip"])
    func aBombIsStopped(_ coding: String) async throws {
        let bomb = Gzip.zeros(4 << 20)
        let body = coding == "gzip" ? bomb : Gzip.stored(Array(bomb.dropLast(100)))
        let failure = await #expect(throws: NetworkFailure.self) {
            try await response(coding, body, maximumBytes: 1 << 20)
        }
        #expect(failure?.reason == .responseTooLarge)
        #expect(failure?.partialResponse?.body == Data(count: 1 << 20))
    }

    /// Of a body that was cut on the way, what has come is decoded: the key may be in it.
    @Test func theBeginningOfABodyIsDecoded() async throws {
        let peer = try LoopbackPeer { connection, _ in
            connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(Self.gzip.count)\r\n\r\n")
            connection.send(Array(Self.gzip.dropLast(9)))
        }
        let call = await FaultCall(.create, peer.url(), over: try CurlTransport())
        #expect(call.end == .failure("network", .processed))
        #expect(call.error?.recoveredSecret == Secret("tok_new"))
    }

    /// Before 7.88, libcurl takes memory for every coding that is named, also of the transfer.
    @Test(arguments: ["Content-Encoding", "transfer-encoding"])
    func aHeadThatNamesManyCodingsIsLeft(_ name: String) async throws {
        let head = String(repeating: "\(name): gzip\r\n", count: 11)
        let peer = try LoopbackPeer { connection, _ in
            connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\n\(head)\r\n")
            connection.hold()
        }
        let request = HTTPRequest(method: .post, url: peer.url(), headers: ["Accept-Encoding": "identity"])
        let failure = await #expect(throws: NetworkFailure.self) { try await CurlTransport().send(request) }
        #expect(failure?.partialResponse?.status == 200)
        #expect([.responseTooLarge, .invalidResponse].contains(failure?.reason))
    }

    private static func changed(_ bytes: [UInt8], at place: Int) -> [UInt8] {
        var bytes = bytes
        bytes[place] ^= 1
        return bytes
    }

    private func response(
        _ coding: String, _ body: [UInt8], maximumBytes: Int = 4 << 20
    ) async throws -> HTTPResponse {
        let peer = try LoopbackPeer { connection, _ in
            connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nContent-Encoding: \(coding)\r\nContent-Length: \(body.count)\r\n\r\n")
            connection.send(body)
        }
        return try await CurlTransport().send(
            HTTPRequest(
                method: .post, url: peer.url(), headers: ["Accept-Encoding": "identity"],
                maximumResponseBytes: maximumBytes))
    }
}
