import APIKeys
import Foundation
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// What a session's error proves: on Linux, it says "cannot connect" also if one address refused and another one took
/// the request.
@Suite(.timeLimit(.minutes(5))) struct NetworkFailureTests {
    private func failure(_ code: URLError.Code, _ text: String, sent: Int64?) -> NetworkFailure {
        NetworkFailure(URLError(code, userInfo: [NSLocalizedDescriptionKey: text]), bodyBytesSent: sent)
    }

    @Test func aRefusedConnectionIsAProofIfNoByteOfTheBodyWasSent() {
        let refused = failure(.cannotConnectToHost, "whatever", sent: 0)
        #expect(refused.reason == .connectionRefused)
        #expect(refused.nothingWasSent)
        for sent in [1, 19, Int64.max] {
            let lost = failure(.cannotConnectToHost, "Failed to connect to 127.0.0.1", sent: sent)
            #expect(lost.reason == .connectionLost)
            #expect(!lost.nothingWasSent)
            #expect(lost.code == -1004)
        }
    }

    @Test func withoutABodyTheWordsTell() {
        #expect(failure(.cannotConnectToHost, "Failed to connect to 127.0.0.1 port 1", sent: nil).nothingWasSent)
        #expect(!failure(.cannotConnectToHost, "Empty reply from server", sent: nil).nothingWasSent)
    }

    /// An offline phone is not told that a key may exist.
    @Test(arguments: [
        URLError.Code.cannotFindHost, .dnsLookupFailed, .notConnectedToInternet, .dataNotAllowed,
        .internationalRoamingOff,
        .appTransportSecurityRequiresSecureConnection, .badURL,
    ])
    func aRequestThatNeverBeganIsAProof(_ code: URLError.Code) {
        #expect(failure(code, "", sent: 0).nothingWasSent)
        #expect(failure(code, "", sent: nil).nothingWasSent)
        #expect(failure(code, "", sent: 0).code == code.rawValue)
    }

    /// A network that goes away in the midst of a request proves nothing.
    @Test(arguments: [
        URLError.Code.cannotFindHost, .dnsLookupFailed, .notConnectedToInternet, .dataNotAllowed,
        .internationalRoamingOff,
    ])
    func aRequestThatHadBegunIsNoProof(_ code: URLError.Code) {
        let lost = failure(code, "", sent: 1)
        #expect(lost.reason == .connectionLost)
        #expect(!lost.nothingWasSent)
    }

    @Test func ofOtherErrorsNoneIsAProof() {
        for code in [URLError.Code.unknown, .timedOut, .networkConnectionLost, .cancelled, .badServerResponse] {
            #expect(!failure(code, "", sent: 0).nothingWasSent)
        }
    }
}
