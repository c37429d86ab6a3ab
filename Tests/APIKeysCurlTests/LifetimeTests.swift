#if os(Linux) && compiler(>=6.2)
    import APIKeys
    import Foundation
    import TestSupport
    import Testing

    @testable import APIKeysCurl

    /// The threads and descriptors of a loop, from its first transport to its last.
    @Suite(.needsLibcurl, .timeLimit(.minutes(5))) struct LifetimeTests {
        /// In a process of its own: other tests have loops, too.
        @Test func theLastTransportTakesItsThreadAndConnectionsAlong() async {
            await #expect(processExitsWith: .success) {
                let peer = try LoopbackPeer { connection, _ in
                    while connection.readRequest() != nil { connection.send(Fault.success) }
                }
                let request = HTTPRequest(method: .get, url: peer.url())
                // What a process needs once, it has behind this.
                _ = try await CurlTransport().send(request)
                try await LifetimeTests.waitUntil { LifetimeTests.loops() == 0 }
                // Dispatch opens its own for the first sleep, and another as it likes; a loop has four and each
                // connection two.
                try await Task.sleep(for: .milliseconds(50))
                let descriptors = LifetimeTests.descriptors() + 2
                do {
                    let transports = try (0..<3).map { _ in try CurlTransport() }
                    for transport in transports { _ = try await transport.send(request) }
                    // Other options, another loop.
                    let other = try CurlTransport(options: .init(postConnections: .kept))
                    _ = try await other.send(request)
                    try await LifetimeTests.waitUntil { LifetimeTests.loops() == 2 }
                    try #require(peer.connectionCount == 3)
                    withExtendedLifetime((transports, other)) {}
                }
                try await LifetimeTests.waitUntil {
                    LifetimeTests.loops() == 0 && LifetimeTests.descriptors() <= descriptors
                }
                // A new one begins anew.
                _ = try await CurlTransport().send(request)
                try #require(peer.connectionCount == 4)
            }
        }

        /// A transport that ends while calls of it are cancelled.
        @Test func aTransportCanEndWithItsCalls() async {
            await #expect(processExitsWith: .success) {
                let peer = try LoopbackPeer { connection, _ in connection.hold() }
                for _ in 0..<200 {
                    let request = HTTPRequest(method: .post, url: peer.url())
                    let task = Task { try await CurlTransport().send(request) }
                    try await Task.sleep(for: .microseconds(Int.random(in: 0...500)))
                    task.cancel()
                    _ = await task.result
                }
                try await LifetimeTests.waitUntil { LifetimeTests.loops() == 0 }
            }
        }

        private static func waitUntil(_ isSo: () -> Bool) async throws {
            for _ in 0..<1000 {
                if isSo() { return }
                try await Task.sleep(for: .milliseconds(10))
            }
            throw Unexpected(value: "\(loops()) loops, \(descriptors()) descriptors")
        }

        /// How many threads of loops there are, by their name. The kernel's list may leave threads out while others
        /// end, so that the most of several looks counts.
        private static func loops() -> Int {
            (0..<10).map { _ in
                entries("/proc/self/task").count { thread in
                    (try? String(contentsOfFile: "/proc/self/task/\(thread)/comm", encoding: .utf8)) == "APIKeysCurl\n"
                }
            }.max() ?? 0
        }

        private static func descriptors() -> Int { entries("/proc/self/fd").count }

        private static func entries(_ path: String) -> [String] {
            (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        }
    }
#endif
