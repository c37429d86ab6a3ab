import APIKeys
import Testing

@testable import APIKeysCurl

@Suite(.timeLimit(.minutes(5))) struct CurlCodeTests {
    /// A refused certificate, a key that is not pinned, a file that cannot be used: the next attempt meets it again.
    @Test(arguments: [53, 54, 58, 59, 60, 66, 77, 82, 83, 90, 91, 98])
    func trustThatIsRefusedIsNoLostConnection(_ code: Int) {
        #expect(NetworkFailure.Reason(curlCode: code) == .secureConnectionFailed)
    }

    @Test(arguments: [18, 35, 52, 55, 56])
    func aConnectionThatIsCutIsLost(_ code: Int) {
        #expect(NetworkFailure.Reason(curlCode: code) == .connectionLost)
    }
}
