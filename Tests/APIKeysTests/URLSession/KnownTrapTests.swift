#if os(Linux) && compiler(>=6.2)
    import APIKeys
    import Foundation
    import TestSupport
    import Testing

    /// Two answers over HTTP/1.1 that end the whole process in toolchains before 6.4, inside FoundationNetworking, where no
    /// caller can help it (swift-corelibs-foundation #5285). Each plays in a process of its own. When one of these fails,
    /// the toolchain has mended it: say so in the README's known limits and here.
    @Suite struct KnownTrapTests {
        #if compiler(>=6.4)
            private static let isMended = true
        #else
            private static let isMended = false
        #endif

        @Test func aCleanCloseInTheHeaders() async {
            await #expect(processExitsWith: Self.isMended ? .success : .failure) {
                try await KnownTrapTests.call(answeredBy: "HTTP/1.1 200 OK\r\nContent-Ty")
            }
        }

        @Test func aChunkedBodyWithTrailers() async {
            await #expect(processExitsWith: Self.isMended ? .success : .failure) {
                try await KnownTrapTests.call(
                    answeredBy: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX-Sum: 1\r\n\r\n")
            }
        }

        /// The same without the fault, so that the child process is known to work.
        @Test func aWholeAnswer() async {
            await #expect(processExitsWith: .success) {
                try await KnownTrapTests.call(answeredBy: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
            }
        }

        private static func call(answeredBy answer: String) async throws {
            let peer = try LoopbackPeer { connection, _ in
                connection.readRequest()
                connection.send(answer)
            }
            _ = try? await URLSessionTransport.shared.send(HTTPRequest(method: .get, url: peer.url()))
        }
    }
#endif
