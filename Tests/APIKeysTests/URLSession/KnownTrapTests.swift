#if os(Linux) && compiler(>=6.2)
    import APIKeys
    import Foundation
    import TestSupport
    import Testing

    /// Answers over HTTP/1.1 that end the whole process in toolchains before 6.4, inside FoundationNetworking, where no
    /// caller can help it (swift-corelibs-foundation #5285). Each plays in a process of its own. When one of these
    /// fails, the toolchain has mended it: say so in the README's known limits and here.
    @Suite(.timeLimit(.minutes(5))) struct KnownTrapTests {
        #if compiler(>=6.4)
            private static let isMended = true
        #else
            private static let isMended = false
        #endif

        @Test func aCleanCloseInTheHeaders() async {
            await #expect(processExitsWith: Self.isMended ? .success : .failure) {
                try await KnownTrapTests.call(to: .headersCutByAClose)
            }
        }

        @Test func aChunkedBodyWithTrailers() async {
            await #expect(processExitsWith: Self.isMended ? .success : .failure) {
                try await KnownTrapTests.call(to: .trailers)
            }
        }

        @Test func anAbsurdLength() async {
            await #expect(processExitsWith: Self.isMended ? .success : .failure) {
                try await KnownTrapTests.call(to: .absurdLength)
            }
        }

        @Test func aLengthThatIsRoundedUp() async {
            await #expect(processExitsWith: Self.isMended ? .success : .failure) {
                try await KnownTrapTests.call(to: .length(before: 8))
            }
        }

        @Test func theLeastLengthThatIsRoundedUp() async {
            await #expect(processExitsWith: Self.isMended ? .success : .failure) {
                try await KnownTrapTests.call(to: .length(before: 512))
            }
        }

        @Test func aFieldLineThatBeginsWithNUL() async {
            await #expect(processExitsWith: Self.isMended ? .success : .failure) {
                try await KnownTrapTests.call(to: .nulField)
            }
        }

        @Test func aFieldLineThatBeginsWithCR() async {
            await #expect(processExitsWith: Self.isMended ? .success : .failure) {
                try await KnownTrapTests.call(to: .returnField)
            }
        }

        @Test func aLineOfCRAloneInTheHeadOfA204() async {
            await #expect(processExitsWith: Self.isMended ? .success : .failure) {
                try await KnownTrapTests.call(to: .returnLine)
            }
        }

        @Test func everyTrapOfTheTableIsHere() {
            let traps = Fault.all.filter { $0.create == .trap }.map(\.name)
            let played = [
                Fault.headersCutByAClose, .trailers, .absurdLength, .nulField, .returnField, .returnLine,
                .length(before: 8), .length(before: 512),
            ]
            #expect(traps == played.map(\.name))
        }

        /// The same without the fault, so that the child process is known to work.
        @Test func aWholeAnswer() async {
            await #expect(processExitsWith: .success) {
                try await KnownTrapTests.call(to: Fault("Whole", create: .success(), response: Fault.success))
            }
        }

        private static func call(to fault: Fault) async throws {
            let peer = try LoopbackPeer(fault.play)
            _ = try? await URLSessionTransport.shared.send(HTTPRequest(method: .get, url: peer.url()))
        }
    }
#endif
