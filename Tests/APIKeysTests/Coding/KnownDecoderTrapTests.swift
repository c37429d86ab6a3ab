#if os(Linux) && compiler(>=6.2)
    import Foundation
    import Testing

    /// What `JSONReaderTests.traps` lists ends the process in Foundation's own decoder, each in a process of its own
    /// here. When one of these fails, Foundation has mended it.
    @Suite(.timeLimit(.minutes(5))) struct KnownDecoderTrapTests {
        @Test func arraysEndTheProcess() async {
            await #expect(processExitsWith: .failure) { KnownDecoderTrapTests.decode(0) }
        }

        @Test func anArrayInObjectsEndsTheProcess() async {
            await #expect(processExitsWith: .failure) { KnownDecoderTrapTests.decode(2) }
        }

        @Test func whatStandsInFrontDoesNotMatter() async {
            await #expect(processExitsWith: .failure) { KnownDecoderTrapTests.decode(4) }
        }

        @Test func anotherEncodingDoesNotMatter() async {
            await #expect(processExitsWith: .failure) { KnownDecoderTrapTests.decode(6) }
        }

        /// So that the child process is known to work.
        @Test func aByteMoreIsRefused() async {
            await #expect(processExitsWith: .success) {
                _ = try? JSONDecoder().decode([Int].self, from: JSONReaderTests.traps[0].body + Data("]".utf8))
            }
        }

        private static func decode(_ index: Int) {
            _ = try? JSONDecoder().decode([Int].self, from: JSONReaderTests.traps[index].body)
        }
    }
#endif
