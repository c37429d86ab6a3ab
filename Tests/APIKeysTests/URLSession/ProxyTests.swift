import APIKeys
import Foundation
import Testing
import TestSupport

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

@Suite(.timeLimit(.minutes(5))) struct ProxyTests {
    @Test(arguments: [
        ("127.0.0.1", "127.0.0.1", true), ("127.0.0.1", "example.com, 127.0.0.1", true), ("127.0.0.1", "*", true),
        ("localhost", "LOCALHOST", true), ("localhost", ".localhost", true), ("::1", "x , ::1", true),
        // None of these is taken by libcurl 7.88.1: the request would go through the proxy.
        ("::1", "[::1]", false), ("127.0.0.1", "[127.0.0.1]", false), ("127.0.0.1", "127.0.0.1.", false),
        ("127.0.0.1", ".127.0.0.1", false), ("localhost", "..localhost", false), ("localhost", " *", false),
        ("localhost", "* ", false), ("localhost", "*,", false), ("::1", ".::1", false),
        ("localhost", "x localhost", false),
        ("[::1]", "::1,x", true), ("127.0.0.1", "", false), ("127.0.0.1", "localhost", false),
        ("127.0.0.1", "127.0.0.10", false), ("127.0.0.1", "127.0.0.0/8", false), ("127.0.0.1", "*,x", false),
    ])
    func anExceptionNamesTheHost(_ host: String, _ exceptions: String, _ isException: Bool) {
        #expect(Proxy.excepts(host, exceptions) == isException)
    }

    #if os(Linux) && compiler(>=6.2)
        /// In a process of its own: variables are the whole process's.
        @Test func plainHTTPNeverGoesThroughAProxy() async {
            await #expect(processExitsWith: .success) {
                let server = try LoopbackPeer { connection, _ in
                    while connection.readRequest() != nil { connection.send(Fault.success) }
                }
                let proxy = try LoopbackPeer { connection, _ in
                    while connection.readRequest() != nil { connection.send(Fault.success) }
                }
                let probe = Probe(
                    URLSessionTransport.shared, configuration: ClientConfiguration(baseURL: server.url()))
                for name in ["http_proxy", "all_proxy", "ALL_PROXY"] {
                    setenv(name, proxy.url().absoluteString, 1)
                    let error = try await failure { () throws(APIError) in try await probe.create() }
                    guard case .invalidRequest(let reason) = error.kind else { throw error }
                    try #require(reason.hasPrefix("\(name) would send"))
                    try #require(reason.hasSuffix("add 127.0.0.1 to no_proxy"))
                    try #require(error.outcome == .notProcessed)
                    setenv("no_proxy", "127.0.0.1", 1)
                    try #require(try await probe.create() == Probe.thing)
                    // No form of an exception that libcurl does not take may pass.
                    for exceptions in ["*,", " *", ".127.0.0.1", "127.0.0.1.", "[127.0.0.1]", "[::1]", "x\t127.0.0.1"] {
                        setenv("no_proxy", exceptions, 1)
                        let error = try await failure { () throws(APIError) in try await probe.create() }
                        try #require(error.outcome == .notProcessed)
                    }
                    unsetenv("no_proxy")
                    unsetenv(name)
                }
                try #require(proxy.connectionCount == 0)
                try #require(server.requests.count == 3)
            }
        }
    #endif
}
