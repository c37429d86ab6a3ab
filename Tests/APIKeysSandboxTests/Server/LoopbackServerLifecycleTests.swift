import APIKeys
import APIKeysSandbox
import APIKeysTesting
import Foundation
import Testing

@Suite(.timeLimit(.minutes(5))) struct LoopbackServerLifecycleTests {
    /// Lets nobody go on until a number have come.
    private actor Meeting {
        private var missing: Int
        private var waiters: [CheckedContinuation<Void, Never>] = []

        init(of number: Int) {
            missing = number
        }

        func join() async {
            missing -= 1
            if missing > 0 { return await withCheckedContinuation { waiters.append($0) } }
            for waiter in waiters { waiter.resume() }
            waiters = []
        }
    }

    @Test func twoHundredConnectionsAreServedAtTheSameTimeAndKept() async throws {
        let number = 200
        let meetings = [Meeting(of: number), Meeting(of: number)]
        let handler = MockTransport { request in
            await meetings[request.url.path == "/0" ? 0 : 1].join()
            return try await echo.send(request)
        }
        let bodies = try await withServer(handler) { port in
            let clients = try (0..<number).map { _ in try RawClient(port: port) }
            return try (0..<2).map { round in
                for client in clients { try client.send("GET /\(round) HTTP/1.1\r\nHost: h\r\n\r\n") }
                return try clients.map { try $0.response()?.body }
            }
        }
        #expect(bodies == (0..<2).map { Array(repeating: "GET http://h/\($0) -", count: number) })
    }

    @Test func stopEndsConnectionsAndHandlersAndFreesThePort() async throws {
        let (events, feed) = AsyncStream.makeStream(of: String.self)
        let handler = MockTransport { request in
            feed.yield("begun")
            do {
                try await Task.sleep(for: .seconds(60))
            } catch {
                feed.yield("cancelled")
            }
            return HTTPResponse(status: 200)
        }
        let server = try LoopbackServer(handler)
        let port = UInt16(server.baseURL.port ?? 0)
        let (idle, busy) = (try RawClient(port: port), try RawClient(port: port))
        try busy.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        var log = events.makeAsyncIterator()
        #expect(await log.next() == "begun")
        async let first: Void = server.stop()
        async let second: Void = server.stop()
        _ = await (first, second)
        await server.stop()
        #expect(await log.next() == "cancelled")
        #expect(try idle.rest() == "")
        #expect(try busy.rest() == "")
        let successor = try LoopbackServer(echo, port: port)
        #expect(successor.baseURL == server.baseURL)
        await successor.stop()
    }

    @Test(arguments: [
        "", "GET / HT", "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\na",
        "GET /large HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /never HTTP/1.1\r\nHost: h\r\n\r\n", "GET /close HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", "\0\n",
    ]) func stopWaitsForNoClientAndNoHandler(_ text: String) async throws {
        let (events, feed) = AsyncStream.makeStream(of: Void.self)
        let (release, releaser) = AsyncStream.makeStream(of: Void.self)
        let handler = MockTransport { request in
            feed.yield()
            if request.url.path == "/never" {
                // Deaf to cancellation.
                await Task { for await _ in release {} }.value
            }
            return HTTPResponse(status: 200, body: Data(count: request.url.path == "/large" ? 16 << 20 : 1))
        }
        let server = try LoopbackServer(handler, limits: .init(idleTimeout: .seconds(600)))
        let client = try RawClient(port: UInt16(try #require(server.baseURL.port)))
        try client.send(text)
        var log = events.makeAsyncIterator()
        if text.hasPrefix("GET /") && text.hasSuffix("\r\n\r\n") { _ = await log.next() }
        let start = ContinuousClock.now
        await server.stop()
        #expect(ContinuousClock.now - start < .seconds(300), "the server's patience is 600 seconds")
        releaser.finish()
        withExtendedLifetime(client) {}
    }

    #if os(Linux) && compiler(>=6.2)
        /// In a process of its own, whose descriptors run out.
        @Test func whereDescriptorsRunOutTheServerPausesAndThenGoesOn() async {
            await #expect(processExitsWith: .success) {
                let server = try LoopbackServer(echo)
                let port = UInt16(try #require(server.baseURL.port))
                var limit = rlimit(rlim_cur: 64, rlim_max: 64)
                try #require(setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
                var spare: [Int32] = []
                while case let descriptor = open("/dev/null", O_RDONLY), descriptor >= 0 { spare.append(descriptor) }
                try #require(spare.count > 2)
                close(spare.removeLast())
                let client = try RawClient(port: port)
                try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
                let used = clock()
                // Not `Task.sleep`: a timer takes a descriptor, and libdispatch traps without.
                usleep(500_000)
                #expect(Double(clock() - used) / Double(CLOCKS_PER_SEC) < 0.25, "seconds of a processor")
                for descriptor in spare { close(descriptor) }
                #expect(try client.response()?.status == 200)
                await server.stop()
            }
        }
    #endif

    @Test func aServerThatNobodyHoldsAnyMoreEndsByItself() async throws {
        let server = try LoopbackServer(echo)
        let port = UInt16(server.baseURL.port ?? 0)
        let holder = Locked<LoopbackServer?>(consume server)
        let (status, rest) = try await offPool {
            let client = try RawClient(port: port)
            try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            let status = try client.response()?.status
            holder.withLock { $0 = nil }
            return (status, try client.rest())
        }
        #expect(status == 200)
        #expect(rest == "")
    }

    @Test func aPortInUseIsNamedInTheError() async throws {
        let server = try LoopbackServer(echo)
        let port = UInt16(server.baseURL.port ?? 0)
        let error = #expect(throws: LoopbackServer.BindFailure.self) { try LoopbackServer(echo, port: port) }
        #expect(error?.call == "bind")
        #expect(error?.port == port)
        #expect(error?.message == "Address already in use")
        #expect(
            error?.description.hasPrefix("Cannot listen on 127.0.0.1:\(port): bind: Address already in use") == true)
        await server.stop()
    }

    #if os(Linux)
        @Test func serversLeaveNeitherDescriptorsNorThreadsBehind() async throws {
            func entries(_ path: String) throws -> Int {
                try FileManager.default.contentsOfDirectory(atPath: path).count
            }
            let (descriptors, threads) = (try entries("/proc/self/fd"), try entries("/proc/self/task"))
            // Far more than what other tests open meanwhile.
            for _ in 0..<1000 { await (try LoopbackServer(echo)).stop() }
            #expect(try entries("/proc/self/fd") < descriptors + 800)
            #expect(try entries("/proc/self/task") < threads + 200)
        }
    #endif
}
