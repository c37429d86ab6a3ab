import Foundation
import TestSupport
import Testing

@testable import APIKeys

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// What a session reports, in every order, ends an exchange once.
@Suite(.timeLimit(.minutes(5))) struct ExchangeTests {
    /// Never answers, so that no task ends by itself: on Linux, Foundation may end the process if a task is cancelled
    /// at that moment.
    private let peer: LoopbackPeer
    private var url: URL { peer.url() }
    /// Without a delegate, a task ends on another queue than its session's `delegateQueue`.
    private let session: URLSession

    private final class Delegate: NSObject, URLSessionDataDelegate {}

    init() throws {
        peer = try LoopbackPeer { connection, _ in connection.hold() }
        let configuration = URLSessionConfiguration.ephemeral
        configuration.urlCache = nil
        session = URLSession(configuration: configuration, delegate: Delegate(), delegateQueue: nil)
    }

    /// Starts an exchange, tells it something, and waits for its end.
    private func end(
        of exchange: Exchange, ends: Locked<Int> = Locked(0), _ report: @escaping @Sendable (Exchange) -> Void
    ) async -> Result<HTTPResponse, NetworkFailure> {
        let task = session.dataTask(with: url)
        do {
            let response = try await withCheckedThrowingContinuation { [session] continuation in
                exchange.start(task, on: session.delegateQueue, continuation) { ends.withLock { $0 += 1 } }
                report(exchange)
            }
            return .success(response)
        } catch {
            return .failure(error as? NetworkFailure ?? NetworkFailure(reason: .other))
        }
    }

    private func response(_ status: Int = 200) -> HTTPURLResponse? {
        HTTPURLResponse(
            url: url, statusCode: status, httpVersion: "HTTP/1.1", headerFields: ["X-Request-ID": "r1"])
    }

    @Test func aWholeResponseIsTheValue() async throws {
        let (head, ends) = (try #require(response(201)), Locked(0))
        let result = await end(of: Exchange(maximumBytes: 100), ends: ends) { exchange in
            exchange.receive(head)
            exchange.receive(Data("on".utf8))
            exchange.receive(Data("e".utf8))
            exchange.complete(nil)
            // Nobody listens any more.
            exchange.complete(URLError(.networkConnectionLost))
            exchange.cancel()
        }
        let whole = try result.get()
        #expect(whole.status == 201)
        #expect(whole.headers["x-request-id"] == "r1")
        #expect(whole.body == Data("one".utf8))
        #expect(ends.withLock { $0 } == 1)
    }

    @Test func whatWasReadBeforeAFailureIsKept() async throws {
        let head = try #require(response())
        let result = await end(of: Exchange(maximumBytes: 100)) { exchange in
            exchange.receive(head)
            exchange.receive(Data("on".utf8))
            exchange.complete(URLError(.networkConnectionLost))
        }
        guard case .failure(let failure) = result else { return #expect(Bool(false)) }
        #expect(failure.reason == .connectionLost)
        #expect(failure.partialResponse?.body == Data("on".utf8))
    }

    @Test(arguments: [0, 2]) func aBodyIsCutWhereItIsTooLarge(_ maximumBytes: Int) async throws {
        let head = try #require(response())
        let result = await end(of: Exchange(maximumBytes: maximumBytes)) { exchange in
            exchange.receive(head)
            exchange.receive(Data("o".utf8))
            exchange.receive(Data("ne".utf8))
            exchange.complete(nil)
        }
        guard case .failure(let failure) = result else { return #expect(Bool(false)) }
        #expect(failure.reason == .responseTooLarge)
        #expect(failure.partialResponse?.body == Data("one".utf8.prefix(maximumBytes)))
    }

    @Test func aCancellationBeforeTheStartSendsNothing() async {
        let (exchange, ends) = (Exchange(maximumBytes: 100), Locked(0))
        exchange.cancel()
        let result = await end(of: exchange, ends: ends) { $0.complete(nil) }
        #expect(result == .failure(NetworkFailure(reason: .cancelled)))
        #expect(ends.withLock { $0 } == 1)
    }

    @Test func aCancellationKeepsWhatWasRead() async throws {
        let head = try #require(response())
        let result = await end(of: Exchange(maximumBytes: 100)) { exchange in
            exchange.receive(head)
            exchange.cancel()
        }
        guard case .failure(let failure) = result else { return #expect(Bool(false)) }
        #expect(failure.reason == .cancelled)
        #expect(failure.partialResponse?.status == 200)
    }

    /// Rejecting a challenge cancels the task on Linux, with its response whole.
    @Test(arguments: [false, true]) func aChallengeThatWasRejectedIsNoFailure(_ isChallenged: Bool) async throws {
        let head = try #require(response(401))
        let result = await end(of: Exchange(maximumBytes: 100)) { exchange in
            if isChallenged { exchange.wasChallenged() }
            exchange.receive(head)
            exchange.complete(URLError(.cancelled))
        }
        #expect((try? result.get().status) == (isChallenged ? 401 : nil))
    }

    @Test func anEndWithoutAHeadIsNoResponse() async {
        let result = await end(of: Exchange(maximumBytes: 100)) { $0.complete(nil) }
        #expect(result == .failure(NetworkFailure(reason: .invalidResponse)))
    }

    /// Whatever comes at the same time, who waits is told once.
    @Test func everythingAtOnce() async throws {
        let head = try #require(response())
        for _ in 0..<100 {
            let ends = Locked(0)
            _ = await end(of: Exchange(maximumBytes: 100), ends: ends) { exchange in
                exchange.receive(head)
                Task { exchange.cancel() }
                Task { exchange.complete(nil) }
                exchange.receive(Data("one".utf8))
            }
            #expect(ends.withLock { $0 } == 1)
        }
    }
}
