import APIKeys
import APIKeysSandbox
import APIKeysTesting
import Foundation
import Testing

@Suite(.timeLimit(.minutes(5))) struct LoopbackServerLimitTests {
    @Test(arguments: [
        ("GET /" + String(repeating: "a", count: 9000), 414),
        ("GET / HTTP/1.1\r\nA: " + String(repeating: "a", count: 70_000), 431),
        ("GET / HTTP/1.1\r\n" + String(repeating: "A: a\r\n", count: 101), 431),
        ("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 1048577\r\n\r\n", 413),
        ("PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 1048577\r\n\r\n", 413),
        ("PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n", 501), ("GET / HTTP/3.0\r\n\r\n", 505),
        ("GET / HTTP/1.1\r\n\r\n", 400), ("\0\0\0\n", 400),
    ])
    func aRefusalReachesAClientThatGoesOnSendingAndEndsTheConnection(start: String, status: Int)
        async throws
    {
        let (response, rest) = try await withServer { port in
            let client = try RawClient(port: port)
            try client.send(start)
            try? client.send([UInt8](repeating: 97, count: 100_000))
            return (try client.response(), try client.rest())
        }
        #expect(response?.status == status)
        #expect(response?.header("Connection") == "close")
        #expect(response?.body.hasPrefix(#"{"detail":""#) == true)
        #expect(rest.isEmpty)
    }

    @Test func aSlowRequestGetsA408() async throws {
        let response = try await withServer(limits: Self.impatient) { port in
            try Self.untilSome {
                let client = try RawClient(port: port)
                try? client.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\na")
                return try client.response()
            }
        }
        #expect(response?.status == 408)
        #expect(response?.header("Connection") == "close")
    }

    @Test func bytesThatTrickleInDoNotPutTheEndOff() async throws {
        let response = try await withServer(limits: Self.impatient) { port in
            try Self.untilSome {
                let client = try RawClient(port: port)
                for byte in "GET / HTTP/1.1\r\nA: aaaaaaaa".utf8 {
                    try? client.send([byte])
                    Thread.sleep(forTimeInterval: 0.005)
                }
                return try client.response()
            }
        }
        #expect(response?.status == 408)
    }

    @Test func anIdleConnectionEndsWithoutAWord() async throws {
        let (fresh, used) = try await withServer(limits: Self.impatient) { port in
            let fresh = try RawClient(port: port).rest()
            let used = try Self.untilSome {
                let client = try RawClient(port: port)
                try? client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
                return try client.response() == nil ? nil : client.rest()
            }
            return (fresh, used)
        }
        #expect(fresh == "")
        #expect(used == "")
    }

    private static let impatient = LoopbackServer.Limits(idleTimeout: .milliseconds(60))

    /// Tries again where this machine was slower than the server is patient: a handler waits for all tests' tasks.
    private static func untilSome<Value>(_ attempt: () throws -> Value?) rethrows -> Value? {
        let end = ContinuousClock.now + .seconds(100)
        while ContinuousClock.now < end {
            if let value = try attempt() { return value }
        }
        return nil
    }

    @Test func aClientThatReadsNothingIsGivenUp() async throws {
        let handler = MockTransport { _ in HTTPResponse(status: 200, body: Data(count: 16 * 1024 * 1024)) }
        let limits = LoopbackServer.Limits(maximumConnections: 1, idleTimeout: .milliseconds(60))
        try await withServer(handler, limits: limits) { port in
            let client = try RawClient(port: port)
            try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            // The connection's place is free again once it is given up.
            let status = try Self.untilSome {
                let next = try RawClient(port: port)
                try? next.send("HEAD / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
                if let status = try next.response(toHead: true)?.status, status == 200 { return status }
                Thread.sleep(forTimeInterval: 0.02)
                return nil
            }
            #expect(status == 200, "never given up")
        }
    }

    @Test func aClientThatReadsAnAnswerByAndByIsGivenUp() async throws {
        let size = 64 * 1024 * 1024
        let handler = MockTransport { _ in HTTPResponse(status: 200, body: Data(count: size)) }
        let limits = LoopbackServer.Limits(idleTimeout: .milliseconds(300))
        let received = try await withServer(handler, limits: limits) { port in
            try Self.untilSome {
                let socket = try Socket(connectingTo: "127.0.0.1", port: port)
                try socket.write(Array("GET / HTTP/1.1\r\nHost: h\r\n\r\n".utf8))
                var received = 0
                // Always in time for the next bytes, and never for all of them.
                while let bytes = try? socket.read(until: .now + .seconds(20)) {
                    received += bytes.count
                    Thread.sleep(forTimeInterval: 0.01)
                }
                return received > 0 ? received : nil
            }
        }
        #expect(try #require(received) < size)
    }

    @Test func aConnectionOverTheMaximumGetsA503AndItsPlaceIsGivenToTheNext() async throws {
        let (statuses, refused) = try await withServer(limits: .init(maximumConnections: 2)) { port in
            let clients = try (0..<2).map { _ in try RawClient(port: port) }
            let statuses = try clients.map { client in
                try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
                return try client.response()?.status
            }
            let third = try RawClient(port: port)
            let refused = (try third.response(), try third.rest())
            try clients[0].send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
            let last = try clients[0].response()?.status
            return (statuses + [last], refused)
        }
        #expect(statuses == [200, 200, 200])
        #expect(refused.0?.status == 503)
        #expect(refused.0?.body == #"{"detail":"There are too many connections"}"#)
        #expect(refused.1.isEmpty)
    }

    @Test func mutatedAndRandomBytesLeaveTheServerServing() async throws {
        let statuses = try await withServer { port in
            var generator = SeededGenerator(seed: 7)
            let texts = (ReaderInput.accepted + ReaderInput.rejected).map(\.text)
            var open: [RawClient] = []
            var statuses: [Int?] = []
            for round in 0..<2000 {
                let client = try RawClient(port: port)
                try? client.send(Mutation.bytes(from: texts, using: &generator))
                if Bool.random(using: &generator) { client.endOutput() }
                open.append(client)
                guard round % 100 == 99 else { continue }
                open.removeAll()
                let probe = try RawClient(port: port)
                try probe.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
                statuses.append(try probe.response()?.status)
            }
            return statuses
        }
        #expect(statuses == Array(repeating: 200, count: 20))
    }
}
