import APIKeys
import APIKeysCurl
import Foundation
import Testing

/// DNS lookups that nobody answers: the name server of these tests is silent, so that each takes ten seconds.
@Suite(.serialized, .timeLimit(.minutes(5))) struct CurlLookupTests {
    /// With a libcurl that can leave a lookup, and one that can't.
    @Test(arguments: [Library.Features(), .quickExit])
    func otherCallsGoOn(_ missing: Library.Features) async throws {
        let peer = try Peer.playing("options", over: .http1, for: .create, over: .urlSession)
        let transport = try CurlTransport(options: trusting { _ in }, without: missing)
        let silent = HTTPRequest(method: .post, url: try #require(URL(string: "https://silent.test/")))
        _ = try await transport.send(create(peer))
        for _ in 0..<5 {
            let start = ContinuousClock.now
            let tasks = (0..<3).map { _ in Task { try await transport.send(silent) } }
            for _ in 0..<3 { #expect(try await transport.send(create(peer)).status == 200) }
            for task in tasks { task.cancel() }
            for task in tasks {
                await #expect(throws: NetworkFailure(reason: .cancelled, nothingWasSent: true)) {
                    try await task.value
                }
            }
            for _ in 0..<3 { #expect(try await transport.send(create(peer)).status == 200) }
            // A lookup that is waited for takes ten.
            #expect(ContinuousClock.now - start < .seconds(4))
        }
    }

    @Test func aLookupThatTakesTooLongHasSentNothing() async throws {
        let silent = HTTPRequest(
            method: .post, url: try #require(URL(string: "https://silent.test/")), timeout: .zero)
        await #expect(throws: NetworkFailure(reason: .timedOut, code: 28, nothingWasSent: true)) {
            try await CurlTransport().send(silent)
        }
    }

    @Test func aNameThatCannotBeResolvedIsNotFound() async throws {
        let request = HTTPRequest(method: .post, url: try #require(URL(string: "https://silent.test:1/")))
        await #expect(throws: NetworkFailure(reason: .hostNotFound, code: 6, nothingWasSent: true)) {
            try await CurlTransport().send(request)
        }
    }
}
