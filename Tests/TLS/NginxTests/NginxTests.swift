import APIKeys
import APIKeysCurl
import Foundation
import Testing

/// Creates through an nginx that ends connections, as every nginx does sooner or later.
@Suite(.serialized, .timeLimit(.minutes(3))) struct NginxTests {

    @Test(arguments: [PostConnections.fresh, .kept])
    func threeRequestsPerConnection(_ connections: PostConnections) async throws {
        let nginx = try await Nginx.started("keepalive_requests 3;")
        let run = try await Creates.run(1500, at: nginx, over: connections)
        await nginx.stop()
        run.report("keepalive_requests 3", connections)
        // HTTP/1.1 announces the end: no create is in doubt.
        #expect(run.made.count == run.numbers.count)
        #expect(run.failures.count == 0, "\(run.failures.prefix(9))")
    }

    /// Nginx ends a connection after 1,000 requests by default, and four connections get that far here.
    @Test(arguments: [PostConnections.fresh, .kept])
    func theDefault(_ connections: PostConnections) async throws {
        let nginx = try await Nginx.started("")
        let count = connections == .kept ? 4400 : 1500
        let run = try await Creates.run(count, at: nginx, over: connections, atOnce: connections == .kept ? 4 : 16)
        await nginx.stop()
        run.report("the default", connections)
        #expect(run.made.count == run.numbers.count)
        #expect(run.failures.count == 0, "\(run.failures.prefix(9))")
    }

    /// With each reload, nginx closes the connections that are idle, without a word.
    @Test(arguments: [PostConnections.fresh, .kept])
    func aReloadEach250Milliseconds(_ connections: PostConnections) async throws {
        let nginx = try await Nginx.started("")
        let reloads = Task {
            while !Task.isCancelled {
                nginx.reload()
                try await Task.sleep(for: .milliseconds(250))
            }
        }
        let run = try await Creates.run(connections == .kept ? 6000 : 3000, at: nginx, over: connections)
        reloads.cancel()
        _ = await reloads.result
        await nginx.stop()
        run.report("a reload each 250 ms", connections)
        run.expectOnlyDoubts(connections)
    }

    /// Each connection is closed about when its next create comes.
    @Test(arguments: [PostConnections.fresh, .kept])
    func aTimeoutOfASecondAndPausesOfOne(_ connections: PostConnections) async throws {
        let nginx = try await Nginx.started("keepalive_timeout 1s;")
        let run = try await Creates.run(
            64, at: nginx, over: connections, pauses: [0.9, 0.99, 1, 1.01].map { .seconds($0) })
        await nginx.stop()
        run.report("keepalive_timeout 1s", connections)
        run.expectOnlyDoubts(connections)
    }

    /// Nginx refuses with a 503 what is too much, and has not passed it on.
    @Test(arguments: [PostConnections.fresh, .kept])
    func aLimitOfTheRate(_ connections: PostConnections) async throws {
        let nginx = try await Nginx.started("limit_req zone=all burst=5 nodelay;")
        let run = try await Creates.run(200, at: nginx, over: connections)
        await nginx.stop()
        run.report("limit_req", connections)
        #expect(run.failures.count == 0, "\(run.failures.prefix(9))")
        #expect(run.refused.count > 0)
        #expect(run.made.isDisjoint(with: run.refused))
        #expect(run.made.count + run.refused.count == run.numbers.count)
    }

    /// Bodies that take more than one read, where nginx waits a second for each.
    @Test(arguments: [PostConnections.fresh, .kept])
    func aTimeoutForBodies(_ connections: PostConnections) async throws {
        let nginx = try await Nginx.started("client_body_timeout 1s; client_body_buffer_size 8k;")
        let run = try await Creates.run(300, at: nginx, over: connections, bodyBytes: 200_000)
        await nginx.stop()
        run.report("client_body_timeout 1s", connections)
        #expect(run.made.count == run.numbers.count)
        #expect(run.failures.count == 0, "\(run.failures.prefix(9))")
    }

    @Test(arguments: [PostConnections.fresh, .kept])
    func aCreateSpeaksHTTP1AndAListHTTP2(_ connections: PostConnections) async throws {
        let nginx = try await Nginx.started("")
        let transport = try CurlTransport(options: Creates.options(connections))
        func version(_ method: HTTPMethod, _ body: Data?) async throws -> String? {
            try await transport.send(HTTPRequest(method: method, url: nginx.url, body: body)).headers["X-Protocol"]
        }
        for _ in 0..<2 {
            #expect(try await version(.get, nil) == "HTTP/2.0")
            #expect(try await version(.delete, nil) == "HTTP/2.0")
            for body in [nil, Data("{}".utf8)] { #expect(try await version(.post, body) == "HTTP/1.1") }
            #expect(try await version(.patch, Data("{}".utf8)) == "HTTP/1.1")
        }
        await nginx.stop()
    }
}
