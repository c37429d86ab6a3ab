import APIKeys
import Foundation
import TestSupport
import Testing

@testable import APIKeysCurl

@Suite(.timeLimit(.minutes(5))) struct OptionsTests {
    @Test(arguments: [
        (CurlTransport.Options(certificateAuthorityFile: "/nowhere"), "options.certificateAuthorityFile is not a file"),
        (CurlTransport.Options(certificateAuthorityFile: "/etc"), "options.certificateAuthorityFile is not a file"),
        (
            CurlTransport.Options(certificateAuthorityFile: "/etc/hosts\u{0}x"),
            "options.certificateAuthorityFile is not"
        ),
        (CurlTransport.Options(clientCertificateFile: "/nowhere"), "options.clientCertificateFile is not a file"),
        (CurlTransport.Options(clientKeyFile: #filePath), "options.clientKeyFile needs options.clientCertificateFile"),
        (CurlTransport.Options(pinnedPublicKeys: ["sha256//AAAA"]), "options.pinnedPublicKeys[0] is not sha256//"),
        (
            CurlTransport.Options(pinnedPublicKeys: [goodPin, "\(goodPin);sha256//"]),
            "options.pinnedPublicKeys[1] is not sha256//"
        ),
        (CurlTransport.Options(proxy: "user:password@"), "options.proxy is not a URL with a host"),
        (CurlTransport.Options(proxy: "ftp://user:password@host"), "options.proxy is not a URL with a host"),
    ])
    func aBadOptionIsNamed(_ options: CurlTransport.Options, _ reason: String) throws {
        let problem = try #require(options.problem)
        #expect(problem.hasPrefix(reason))
        #expect(!problem.contains("password"))
    }

    @Test func goodOptionsHaveNoProblem() {
        let options = CurlTransport.Options(
            certificateAuthorityFile: #filePath, pinnedPublicKeys: [Self.goodPin], clientCertificateFile: #filePath,
            clientKeyFile: #filePath, proxy: "http://user:password@proxy.test:3128")
        #expect(options.problem == nil)
    }

    @Test func aPasswordOfTheProxyIsNotShown() {
        let options = CurlTransport.Options(proxy: "http://user:password@proxy.test:3128")
        var dumped = ""
        dump(options, to: &dumped)
        for text in ["\(options)", String(reflecting: options), dumped] {
            #expect(text.contains("proxy.test"))
            #expect(!text.contains("password"))
        }
    }

    @Test(arguments: [
        ("user:pass@proxy.test:3128", "proxy.test:3128"),
        ("http://user:pass@proxy.test:3128", "http://proxy.test:3128"),
        ("socks5h://user:p@ss@proxy.test", "socks5h://proxy.test"), ("user:pass://x@proxy.test", "proxy.test"),
        ("http://user:p#a?s/pass@proxy.test", "http://proxy.test"), ("pass@proxy.test", "proxy.test"),
        ("http://user%zz:pass@proxy.test", "http://proxy.test"), ("proxy.test:3128", "proxy.test:3128"),
        ("http://user:pass@\u{301}proxy.test", "http://\u{301}proxy.test"), ("pass://user@proxy.test", "proxy.test"),
    ])
    func aProxyIsPrintedWithoutItsUser(_ proxy: String, _ shown: String) {
        let text = everyText(of: CurlTransport.Options(proxy: proxy))
        #expect(text.contains("proxy: \(shown)"))
        for hidden in ["user", "pass"] { #expect(!text.contains(hidden)) }
    }

    @Test(.needsLibcurl) func aTransportEndsReflection() throws {
        let transport = try CurlTransport(options: .init(proxy: "http://user:pass@proxy.test"))
        #expect(!everyText(of: transport).contains("pass"))
        #expect(Mirror(reflecting: transport).children.isEmpty)
    }

    @Test(.needsLibcurl) func aBadOptionIsWhyThereIsNoTransport() {
        let error = #expect(throws: CurlTransport.Unavailable.self) {
            try CurlTransport(options: .init(clientKeyFile: "/nowhere"))
        }
        #expect(error?.reason == "options.clientKeyFile is not a file that can be read: /nowhere")
    }

    /// Where Tests/APIKeysCurlTests/without-libcurl hides it.
    @Test(.enabled("libcurl is not hidden") { ProcessInfo.processInfo.environment["APIKEYS_WITHOUT_LIBCURL"] != nil })
    func withoutLibcurlTheErrorSaysWhatToDo() {
        let error = #expect(throws: CurlTransport.Unavailable.self) { try CurlTransport() }
        #expect(
            error?.reason
                == "libcurl.so.4 was not found: install the package with libcurl (libcurl4 on Debian and Ubuntu) "
                + "or use URLSessionTransport")
        #expect(CurlTransport.libraryVersion == nil)
    }

    @Test(.needsLibcurl) func theVersionIsThatOfTheLibrary() throws {
        #expect(try #require(CurlTransport.libraryVersion).wholeMatch(of: /[78]\.\d+\.\d+.*/) != nil)
    }

    @Test(arguments: [
        ("http://127.0.0.1:8080/x", true), ("HTTP://LOCALHOST", true), ("http://[::1]:80/x", true),
        ("http://localhost?x", true), ("http://127.1.2.3#x", true), ("http://u@127.0.0.1/", true),
        ("https://127.0.0.1/", false), ("http://example.com/127.0.0.1", false), ("http://127.0.0.1@example.com", false),
        ("http://%AA@127.0.0.1/", true), ("http://%AA@example.com/", false), ("http://127.0.0.1%AA@example.com", false),
        ("http://127.0.0.1:80%AA@example.com/", false), ("http://[::1]@example.com/", false),
        ("http://[::1].example.com/", false), ("http://[::1", false), ("http://[::1]", true),
        ("http://example.com?@127.0.0.1", false), ("http://example.com#@127.0.0.1", false),
        ("http://127.0.0.1.example.com", false), ("http://localhost.example.com", false), ("http://", false),
    ])
    func plainHTTPToThisMachineIsKnown(_ url: String, _ isPlain: Bool) {
        #expect(URL(string: url).map(BaseURL.isPlainLoopback) ?? false == isPlain)
    }

    private static let goodPin = "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
}
