#if compiler(>=6.2)
    import Foundation
    import JunctionKeys
    import Testing

    /// A response that ends within its headers ends the whole process over HTTP/1.1 in toolchains before 6.4, over TLS
    /// as over plain TCP: see `KnownTrapTests`. It plays in a process of its own.
    @Suite(.timeLimit(.minutes(5))) struct KnownTLSTrapTests {
        #if compiler(>=6.4)
            private static let isMended = true
        #else
            private static let isMended = false
        #endif

        private static let cut = "headers cut with close_notify"
        private static let whole = "headers whole"

        @Test func aCloseInTheHeaders() async {
            await #expect(processExitsWith: Self.isMended ? .success : .failure) {
                _ = await TeamKeyCall.create.run(try Peer.playing(KnownTLSTrapTests.cut, over: .http1, for: .create))
            }
        }

        /// The same without the fault, so that the child process is known to work.
        @Test func aWholeResponse() async {
            await #expect(processExitsWith: .success) {
                let peer = try Peer.playing(KnownTLSTrapTests.whole, over: .http1, for: .create)
                let end = await TeamKeyCall.create.run(peer)
                try #require(end.kind == "success")
            }
        }
    }
#endif
