import APIKeys
import APIKeysTesting
import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct BaseURLTests {
    @Test(arguments: [
        ("https://api.example.com", "https://api.example.com/v1/things/7"),
        ("https://api.example.com/", "https://api.example.com/v1/things/7"),
        ("HTTPS://api.example.com/a%2Fb/c/", "HTTPS://api.example.com/a%2Fb/c/v1/things/7"),
        ("http://localhost:8080", "http://localhost:8080/v1/things/7"),
        ("http://127.0.0.1:1", "http://127.0.0.1:1/v1/things/7"),
        ("http://127.255.3.4", "http://127.255.3.4/v1/things/7"),
        ("http://[::1]:9", "http://[::1]:9/v1/things/7"),
    ])
    func isKept(_ base: String, _ expected: String) async throws {
        let transport = MockTransport(.json(text: #"{"id":7,"token":"t"}"#))
        _ = try await probe(base, transport).read()
        #expect(transport.requests.map(\.url.absoluteString) == [expected])
    }

    @Test(arguments: [
        ("http://api.example.com", "baseURL must use https; http is for loopback addresses only"),
        ("http://localhost.evil.com", "baseURL must use https; http is for loopback addresses only"),
        ("http://127.0.0.1.evil.com", "baseURL must use https; http is for loopback addresses only"),
        ("http://128.0.0.1", "baseURL must use https; http is for loopback addresses only"),
        // Found by Tests/Fuzz: to a resolver no number, but the name of another machine; 010 is 8.
        ("http://127.0.0.08", "baseURL must use https; http is for loopback addresses only"),
        ("http://127.0.04.09", "baseURL must use https; http is for loopback addresses only"),
        ("http://127.0.0.010", "baseURL must use https; http is for loopback addresses only"),
        ("http://127.1", "baseURL must use https; http is for loopback addresses only"),
        ("http://127.0.0.1.1", "baseURL must use https; http is for loopback addresses only"),
        ("ftp://api.example.com", "baseURL has no scheme https: \(beginning)"),
        ("//api.example.com", "baseURL has no scheme https: \(beginning)"),
        ("api.example.com", "baseURL has no scheme https: \(beginning)"),
        ("localhost:8080", "baseURL has no scheme https: \(beginning)"),
        ("https://", "baseURL has no host: \(beginning)"), ("https:///v1", "baseURL has no host: \(beginning)"),
        ("https:api.example.com", "baseURL has no host: \(beginning)"),
        ("https://user:hidden@api.example.com", "baseURL must not hold user info"),
        ("https://user@api.example.com", "baseURL must not hold user info"),
        // Each is `nil` once it is decoded, for it is not UTF-8.
        ("https://api.example.com%AA@evil.example", "baseURL must not hold user info"),
        ("https://%AA:%FF@evil.example", "baseURL must not hold user info"),
        ("https://user:hidden%AA@evil.example", "baseURL must not hold user info"),
        ("https://@api.example.com", "baseURL must not hold user info"),
        ("https://api.example.com\\@evil.example", "baseURL must not hold user info"),
        ("https://api.example.com/v1?%AA", "baseURL must not have a query"),
        ("https://api.example.com/v1?a=hidden%FF", "baseURL must not have a query"),
        ("https://api.example.com/v1?", "baseURL must not have a query"),
        ("https://api.example.com/v1#%AA", "baseURL must not have a fragment"),
        ("https://api.example.com/v1#", "baseURL must not have a fragment"),
        ("https://api.example.com%AA", "baseURL must not have a host that is percent-encoded"),
        ("https://api.example%2Ecom", "baseURL must not have a host that is percent-encoded"),
        ("https://evil.example%00.example.com", "baseURL must not have a host that is percent-encoded"),
        ("http://127.0.0.1%AA", "baseURL must use https; http is for loopback addresses only"),
        ("http://%6Cocalhost", "baseURL must use https; http is for loopback addresses only"),
        ("http://[::2]", "baseURL must use https; http is for loopback addresses only"),
        ("https://api.example.com?a=hidden", "baseURL must not have a query"),
        ("https://api.example.com#a", "baseURL must not have a fragment"),
        ("https://api.example.com:0", "baseURL has a port that is not between 1 and 65535"),
        ("https://api.example.com:65536", "baseURL has a port that is not between 1 and 65535"),
    ])
    func isRefused(_ base: String, _ reason: String) async throws {
        let transport = MockTransport()
        let error = try await failure { () throws(APIError) in try await probe(base, transport).create() }
        #expect(error.kind == .invalidRequest(reason))
        #expect(transport.requests.isEmpty)
        #expect(!String(reflecting: error).contains("hidden"))
    }

    private static let beginning =
        "it must begin with https:// and a host, or with http:// and a loopback address"

    private func probe(_ base: String, _ transport: MockTransport) -> Probe {
        Probe(transport, configuration: ClientConfiguration(baseURL: URL(string: base)))
    }
}
