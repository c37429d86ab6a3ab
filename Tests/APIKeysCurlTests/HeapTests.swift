#if os(Linux) && compiler(>=6.2)
    import APIKeys
    import APIKeysCurl
    import Foundation
    import TestSupport
    import Testing

    /// Responses that corrupt the heap of a libcurl from 7.84 to 8.0.1, if an easy handle carries more than one
    /// transfer: it keeps a pointer to the last field of the response before (curl #11101). Each plays in a process of
    /// its own, with ordinary responses between, since the damage shows later.
    @Suite(.needsLibcurl, .timeLimit(.minutes(5))) struct HeapTests {
        @Test func aFoldedFirstField() async {
            await #expect(processExitsWith: .success) { try await HeapTests.play("\tA: b\r\n") }
        }

        @Test func aFoldedFirstFieldWithoutAColon() async {
            await #expect(processExitsWith: .success) { try await HeapTests.play(" folded\r\n") }
        }

        @Test func aLongFoldedFirstField() async {
            await #expect(processExitsWith: .success) {
                try await HeapTests.play(" \(String(repeating: "a", count: 5000))\r\n")
            }
        }

        @Test func manyFoldedLinesAtTheBeginning() async {
            await #expect(processExitsWith: .success) {
                try await HeapTests.play(String(repeating: " a\r\n\tb: c\r\n", count: 100))
            }
        }

        @Test func aFoldedFirstFieldOfAnInterimResponse() async {
            await #expect(processExitsWith: .success) {
                try await HeapTests.play("", interim: "HTTP/1.1 103 Early Hints\r\n\tA: b\r\n\r\n")
            }
        }

        @Test func fieldsThatAreNone() async {
            await #expect(processExitsWith: .success) {
                for line in ["\u{0}A: b", "A\u{0}: b", "No colon", ": no name", "\rA: b", "A: b\n\tc", "\u{B}A: b"] {
                    try await HeapTests.play("\(line)\r\n")
                }
            }
        }

        @Test func foldedTrailers() async {
            await #expect(processExitsWith: .success) {
                try await HeapTests.play("", end: "0\r\n\tA: b\r\nC: d\r\n\te\r\n\r\n")
            }
        }

        /// Creates and reads, over fresh and kept connections. Every second response has the lines behind its status:
        /// it is read, or it is an error, and the one behind it is as it should be.
        private static func play(_ lines: String, interim: String = "", end: String? = nil) async throws {
            let framing = end.map { "Transfer-Encoding: chunked\r\n\r\n1a\r\n\(Fault.body)\r\n\($0)" }
            let odd =
                "\(interim)HTTP/1.1 200 OK\r\n\(lines)X-Odd: 1\r\n"
                + (framing ?? "Content-Length: 26\r\n\r\n\(Fault.body)")
            let count = Locked(0)
            let peer = try LoopbackPeer { connection, _ in
                while connection.readRequest() != nil {
                    let isOdd = count.withLock { count in
                        count += 1
                        return count.isMultiple(of: 2)
                    }
                    connection.send(isOdd ? odd : Fault.success)
                    // To libcurl, a CR ends the head, and what follows is a body without a length; a NUL ends nothing.
                    if isOdd, lines.hasPrefix("\r") || lines.hasPrefix("\u{0}") { return }
                }
            }
            for connections in [PostConnections.fresh, .kept] {
                let transport = try CurlTransport(options: .init(postConnections: connections))
                for number in 1...100 {
                    // A read would be repeated.
                    let request = HTTPRequest(method: number % 4 < 2 ? .delete : .post, url: peer.url())
                    do {
                        let response = try await transport.send(request)
                        try #require(number.isMultiple(of: 2) || response.body == Data(Fault.body.utf8))
                    } catch let failure as NetworkFailure {
                        try #require(number.isMultiple(of: 2))
                        try #require([.invalidResponse, .connectionLost].contains(failure.reason))
                    }
                }
            }
        }
    }
#endif
