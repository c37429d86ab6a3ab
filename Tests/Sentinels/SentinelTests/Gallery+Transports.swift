import APIKeys
import APIKeysCurl
import APIKeysPostgres
import APIKeysSandbox
import APIKeysTesting
import Foundation
import JunctionKeys
import TestSupport

extension Gallery {
    /// Calls over real connections, to a server that repeats what it was sent.
    func showTransports() async throws {
        let options = CurlTransport.Options(proxy: "http://user:\(Sentinel.userInfo.text)@\u{301}proxy.test:3128")
        show(options)
        do { show(try CurlTransport(options: options)) } catch { show(error) }
        show(CurlTransport.libraryVersion as Any)
        var transports: [any HTTPTransport] = [URLSessionTransport(maximumConnectionsPerHost: 2)]
        do { transports.append(try CurlTransport()) } catch { show(error) }
        for transport in transports {
            enter("\(type(of: transport))")
            show(transport)
            try await showConnections(transport)
        }
        try await showPostgres()
    }

    private func showConnections(_ transport: any HTTPTransport) async throws {
        let call = ClientCall.all[0]
        let texts = [Sentinel.credential, .created].flatMap(\.disguises).filter { $0.utf8.allSatisfy { $0 < 0x80 } }
        let headers = HostileAnswer.headers(texts)
        let body =
            #"{"value":"\#(Sentinel.created.text)","message":\#(HostileAnswer.json(texts.joined(separator: " ")))}"#
        @Sendable func response(_ status: Int) -> HTTPResponse {
            HTTPResponse(status: status, headers: headers, body: Data(body.utf8))
        }
        let answers: [@Sendable () throws -> HTTPResponse] = [
            { HTTPResponse(status: 201, body: Data(call.success.utf8)) }, { response(200) }, { response(307) },
            { response(401) }, { response(422) }, { response(503) },
            { throw LoopbackServer.ConnectionDrop.withoutAnswer },
            { throw LoopbackServer.ConnectionDrop.after(bodyBytes: body.utf8.count / 2, of: response(200)) },
            { throw LoopbackServer.ConnectionDrop.after(headBytes: 30, of: response(200), byReset: true) },
        ]
        let credential = Secret(Sentinel.credential.text)
        for answer in answers {
            let server = try LoopbackServer(MockTransport { _ in try answer() })
            let parts = ClientCall.Parts(
                source: credential, configuration: configuration(baseURL: server.baseURL), transport: transport)
            await show { try await call.run(parts) }
            show(server)
            await server.stop()
        }
        let refused = ClientCall.Parts(
            source: credential,
            configuration: configuration(baseURL: URL(string: "http://127.0.0.1:\(try LoopbackPeer.refusedPort())")),
            transport: transport)
        await show { try await call.run(refused) }
        // A call on the wire, and one that runs out of time there.
        let peer = try LoopbackPeer { connection, _ in connection.hold() }
        var configuration = configuration(baseURL: peer.url(""), clock: ContinuousClock())
        configuration.attemptTimeout = .milliseconds(200)
        configuration.retry = .never
        let parts = ClientCall.Parts(source: credential, configuration: configuration, transport: transport)
        async let failure: Any? = show { try await call.run(parts) }
        show(transport)
        _ = await failure
        if let url = URL(string: "http://user:\(Sentinel.userInfo.text)@127.0.0.1:1/x?\(Sentinel.userInfo.text)") {
            let request = HTTPRequest(method: .get, url: url, headers: ["X": "\(Sentinel.header.text)\n"])
            await show { try await transport.send(request) }
        }
    }

    /// A ledger in PostgreSQL at a server that repeats the password, and connection strings that cannot be read.
    private func showPostgres() async throws {
        enter("PostgreSQL")
        let password = Sentinel.password.text
        for (stage, isClosing) in [(0, false), (1, false), (3, false), (3, true)] {
            let server = try HostilePostgres(refusingStatement: stage, closing: isClosing)
            await show {
                let ledger = try PostgresLedger(
                    "host=127.0.0.1 port=\(server.peer.port) user=u dbname=d sslmode=disable password=\(password)",
                    job: "job")
                defer { ledger.close() }
                self.show(ledger)
                return try await ledger.entries()
            }
        }
        for text in [
            password, "password=\(password) x", "postgres://user:\(password)@\u{301}@h/d",
            "postgres://u:%zz\(password)@h",
            "host=\(password)/x hostaddr=127.0.0.1 port=1 password=\(password)",
        ] { await show { try PostgresLedger(text, job: "job") } }
        for reason in [
            PostgresLedgerError.Reason.closed, .connectionLost("x"), .noAnswer, .pooled,
            .refused(code: "1", message: "x"),
            .malformed(sequence: "1"), .unusableText,
        ] { show(PostgresLedgerError(reason, job: "job")) }
    }
}
