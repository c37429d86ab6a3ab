import APIKeys
import APIKeysCurl
import APIKeysSandbox
import Foundation
import TestSupport
import Testing

/// Many calls at once, over each transport.
@Suite(.serialized, .needsLibcurl, .timeLimit(.minutes(3))) struct LoadTests {
    enum Carrier: CaseIterable {
        case urlSession, curlFresh, curlKept

        func transport() throws -> any HTTPTransport {
            switch self {
            case .urlSession: URLSessionTransport.shared
            case .curlFresh: try CurlTransport()
            case .curlKept: try CurlTransport(options: .init(postConnections: .kept))
            }
        }
    }

    /// 1,600 creates and reads, 200 at once: each succeeds, at its first attempt and with one request.
    @Test(arguments: Carrier.allCases) func manyCallsAtOnceAllSucceed(_ carrier: Carrier) async throws {
        let counter = Counter()
        let server = try LoopbackServer(counter)
        let transport = try carrier.transport()
        let calls = 1600
        let ends = await withTaskGroup(of: Fault.End.self) { group in
            var ends: [Fault.End] = []
            for number in 0..<calls {
                if number >= 200, let end = await group.next() { ends.append(end) }
                group.addTask {
                    await FaultCall(
                        number.isMultiple(of: 2) ? .create : .read, server.baseURL, over: transport,
                        attemptTimeout: .seconds(60)
                    ).end
                }
            }
            for await end in group { ends.append(end) }
            return ends
        }
        await server.stop()
        #expect(ends.count == calls)
        #expect(ends.allSatisfy { $0 == .success() })
        #expect(counter.counts == ["POST": calls / 2, "GET": calls / 2])
    }

    private final class Counter: HTTPTransport {
        private let state = Locked<[String: Int]>([:])

        var counts: [String: Int] { state.withLock { $0 } }

        func send(_ request: HTTPRequest) async throws -> HTTPResponse {
            state.withLock { $0[request.method.rawValue, default: 0] += 1 }
            return HTTPResponse(status: 200, body: Data(Fault.body.utf8))
        }
    }
}
