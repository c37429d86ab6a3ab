#if os(Linux) && compiler(>=6.2)
    import APIKeys
    import APIKeysCurl
    import Foundation
    import TestSupport
    import Testing

    /// Transports that are created, or used, while the process has nothing left to give. Each test in a process of its
    /// own.
    @Suite(.needsLibcurl, .timeLimit(.minutes(5))) struct ResourceTests {
        @Test func withoutAFreeDescriptorThereIsNoTransport() async {
            await #expect(processExitsWith: .success) {
                let reason = try ResourceTests.withLimit(RLIMIT_NOFILE, to: 0) {
                    ResourceTests.reason()
                }
                try #require(reason == "no file descriptor is free", "\(reason ?? "none")")
                // Nothing of it is left: the same options work as soon as there are descriptors.
                try await ResourceTests.callWorks(over: CurlTransport())
            }
        }

        /// Some of what a loop opens can be had, some can't.
        @Test func withFewDescriptorsATransportWorksOrIsNone() async {
            await #expect(processExitsWith: .success) {
                for free in 0..<8 {
                    let transport = ResourceTests.withFreeDescriptors(free) { try? CurlTransport() }
                    if let transport { try await ResourceTests.callWorks(over: transport) }
                }
            }
        }

        @Test func withoutAFreeThreadThereIsNoTransport() async {
            await #expect(processExitsWith: .success) {
                // The limit is for users other than root.
                if getuid() == 0 { try #require(setgid(65534) == 0 && setuid(65534) == 0) }
                let reason = try ResourceTests.withLimit(__RLIMIT_NPROC, to: 0) {
                    ResourceTests.reason()
                }
                try #require(reason == "no thread is free", "\(reason ?? "none")")
                try await ResourceTests.callWorks(over: CurlTransport())
            }
        }

        /// A call while there is no descriptor for its socket fails at once, and the next one works.
        @Test func withoutAFreeDescriptorACallFails() async {
            await #expect(processExitsWith: .success) {
                let peer = try ResourceTests.peer()
                let transport = try CurlTransport()
                let request = HTTPRequest(method: .post, url: peer.url())
                _ = try await transport.send(request)
                let held = ResourceTests.holdAllDescriptors()
                do {
                    _ = try await transport.send(request)
                    throw Unexpected(value: "a response")
                } catch let failure as NetworkFailure {
                    try #require(failure.nothingWasSent)
                }
                for descriptor in held { close(descriptor) }
                try await ResourceTests.callWorks(over: transport)
            }
        }

        /// Something closes every descriptor of the process that it does not know, as daemons do: the loop's thread
        /// can't be woken.
        @Test func aLoopThatCannotBeWokenIsNoticed() async {
            await #expect(processExitsWith: .success) {
                let peer = try ResourceTests.peer()
                let request = HTTPRequest(method: .post, url: peer.url())
                // What a process opens once, it has open behind this.
                let other = try CurlTransport(options: .init(postConnections: .kept))
                _ = try await other.send(request)
                let before = ResourceTests.descriptors()
                let transport = try CurlTransport()
                // `/dev/full` can be written to, and fails.
                let full = open("/dev/full", O_RDWR)
                for descriptor in ResourceTests.descriptors().subtracting(before) { dup2(full, descriptor) }
                let start = ContinuousClock.now
                for _ in 0..<2 {
                    do {
                        _ = try await transport.send(request)
                        throw Unexpected(value: "a response")
                    } catch let failure as NetworkFailure {
                        try #require(failure == NetworkFailure(reason: .other, nothingWasSent: true))
                    }
                }
                try #require(ContinuousClock.now - start < .seconds(5))
                try #require(peer.requests.count == 1)
                // A new transport with the same options has a loop of its own.
                try #require(try await CurlTransport().send(request).status == 200)
                withExtendedLifetime((peer, other, transport)) {}
            }
        }

        /// With a peer of its own: one that has to accept while there are no descriptors gives up.
        private static func callWorks(over transport: CurlTransport) async throws {
            let peer = try peer()
            let response = try await transport.send(HTTPRequest(method: .post, url: peer.url()))
            try #require(response.status == 200 && peer.requests.count == 1)
        }

        private static func peer() throws -> LoopbackPeer {
            try LoopbackPeer { connection, _ in
                while connection.readRequest() != nil { connection.send(Fault.success) }
            }
        }

        /// Why there is no transport.
        private static func reason() -> String? {
            do throws(CurlTransport.Unavailable) {
                _ = try CurlTransport()
                return nil
            } catch {
                return error.reason
            }
        }

        private static func withLimit<Value>(
            _ kind: __rlimit_resource, to count: Int, _ body: () throws -> Value
        ) throws -> Value {
            let resource = __rlimit_resource_t(kind.rawValue)
            var old = rlimit()
            try #require(getrlimit(resource, &old) == 0)
            var new = rlimit(rlim_cur: rlim_t(count), rlim_max: old.rlim_max)
            try #require(setrlimit(resource, &new) == 0)
            defer { setrlimit(resource, &old) }
            return try body()
        }

        /// Takes every descriptor that is free but a few.
        private static func withFreeDescriptors<Value>(_ free: Int, _ body: () throws -> Value) rethrows -> Value {
            var held = holdAllDescriptors()
            for _ in 0..<free { if let last = held.popLast() { close(last) } }
            defer { for descriptor in held { close(descriptor) } }
            return try body()
        }

        private static func holdAllDescriptors() -> [Int32] {
            var limit = rlimit(rlim_cur: 256, rlim_max: 0)
            var old = rlimit()
            let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
            if getrlimit(resource, &old) == 0, old.rlim_cur > 256 {
                limit.rlim_max = old.rlim_max
                setrlimit(resource, &limit)
            }
            var held: [Int32] = []
            // Connections that are closing give theirs back a little later.
            for _ in 0..<5 {
                while true {
                    let descriptor = open("/", O_RDONLY)
                    if descriptor < 0 { break }
                    held.append(descriptor)
                }
                usleep(50_000)
            }
            return held
        }

        private static func descriptors() -> Set<Int32> {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
            return Set(names.compactMap { Int32($0) })
        }
    }
#endif
