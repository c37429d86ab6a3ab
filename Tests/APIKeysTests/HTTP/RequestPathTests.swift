import APIKeys
import APIKeysTesting
import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct RequestPathTests {
    @Test(arguments: [
        ("abc/def", "abc%2Fdef"), ("a b", "a%20b"), ("%2e%2e", "%252e%252e"), ("...", "..."), ("a?b#c", "a%3Fb%23c"),
        ("\u{E9}\u{1F511}", "%C3%A9%F0%9F%94%91"), ("\u{0}\r\n", "%00%0D%0A"), ("A-z_0.9~", "A-z_0.9~"),
        ("+&=;@:!$'()*,", "%2B%26%3D%3B%40%3A%21%24%27%28%29%2A%2C"), ("\\..\\", "%5C..%5C"),
    ])
    func aValueOfAnyContentIsOneSegment(_ value: String, _ encoded: String) async throws {
        let transport = MockTransport(.json(text: #"{"id":7,"token":"t"}"#))
        _ = try await Probe(transport).read(value)
        #expect(transport.requests.map(\.url.absoluteString) == ["https://api.example.com/v1/things/\(encoded)"])
    }

    @Test(arguments: [
        ("", "thing_id must not be empty"), (".", #"thing_id must not be ".""#), ("..", #"thing_id must not be "..""#),
    ])
    func aValueThatWouldNameSomethingElseIsRefused(_ value: String, _ reason: String) async throws {
        let transport = MockTransport()
        let error = try await failure { () throws(APIError) in try await Probe(transport).read(value) }
        #expect(error.kind == .invalidRequest(reason))
        #expect(transport.requests.isEmpty)
    }

    @Test func templateShowsNoValue() throws {
        let id = try #require(UUID(uuidString: "3C90C3CC-0D44-4B50-8888-8DD25736052A"))
        let path = RequestPath(["v1", .parameter("org_id", id), .parameter("x", "y")], endsInSlash: true)
        #expect(path.template == "/v1/{org_id}/{x}/")
        #expect(try path.encoded() == "/v1/3c90c3cc-0d44-4b50-8888-8dd25736052a/y/")
    }

    @Test func queryIsEncodedAndMayRepeatNames() {
        #expect([QueryItem("a b", "c&d=é"), QueryItem("a b", "")].encoded == "?a%20b=c%26d%3D%C3%A9&a%20b=")
        #expect([QueryItem]().encoded == "")
    }
}
