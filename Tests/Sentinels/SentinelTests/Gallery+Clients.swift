import APIKeys
import APIKeysSandbox
import APIKeysTesting
import BasetenKeys
import Foundation
import ImtegrateKeys
import JunctionKeys
import NekudaKeys
import TestSupport
import Testing

extension Gallery {
    /// The clients, their rings, and what is given to them.
    func showClients() async throws {
        enter("clients")
        let secret = Secret(Sentinel.credential.text)
        let (configuration, transport) = (configuration(), MockTransport { _ in throw NetworkFailure(reason: .other) })
        let junction = JunctionClient(
            managementKey: secret, organizationID: UUID(), configuration: configuration, transport: transport)
        let baseten = BasetenClient(apiKey: secret, configuration: configuration, transport: transport)
        let imtegrate = ImtegrateClient(token: secret, configuration: configuration, transport: transport)
        let nekuda = NekudaClient(token: secret, configuration: configuration, transport: transport)
        let sandbox = Sandbox()
        let server = try LoopbackServer(sandbox)
        let ends: [Any] = [
            junction, baseten, imtegrate, nekuda, transport, sandbox, sandbox.junction,
            sandbox.baseten, sandbox.imtegrate, sandbox.nekuda, server, Sandbox.Fault.lostAnswer, Secret("x"),
        ]
        for end in ends {
            show(end)
            // Not only without a secret: reflection ends here, whatever is behind it.
            #expect(Mirror(reflecting: end).children.isEmpty, "\(type(of: end))")
        }
        await server.stop()
        let rings: [String: any KeyRing] = [
            "JunctionClient.teamKeyRing": junction.teamKeyRing(teamID: UUID(), environment: .production, region: .us),
            "JunctionClient.managementKeyRing": junction.managementKeyRing(role: .orgAdmin),
            "BasetenClient.keyRing": baseten.keyRing(type: .personal), "ImtegrateClient.keyRing": imtegrate.keyRing(),
            "NekudaClient.keyRing": nekuda.keyRing(),
        ]
        for (name, ring) in rings {
            note(call: name)
            show(ring)
            #expect(everyText(of: ring).utf8.count < 5000, "\(name)")
            show(ring.place + ring.provider)
            show(ring.account)
        }
        showClients(environment: [
            "JUNCTION_MANAGEMENT_KEY": secret.reveal(), "JUNCTION_ORG_ID": UUID().uuidString,
            "BASETEN_API_KEY": secret.reveal(), "IMTEGRATE_API_KEY": secret.reveal(), "NEKUDA_TOKEN": secret.reveal(),
        ])
        try await showTokens()
    }

    /// The clients of an environment, or why there are none.
    func showClients(environment: [String: String]) {
        let makers: [() throws -> Any] = [
            { try JunctionClient(processEnvironment: environment) },
            { try BasetenClient(processEnvironment: environment) },
            { try ImtegrateClient(processEnvironment: environment) },
            { try NekudaClient(processEnvironment: environment) },
        ]
        for make in makers { do { show(try make()) } catch { show(error) } }
    }

    /// Tokens of an identity provider, which repeats the client's secret and the token.
    private func showTokens() async throws {
        enter("OAuth")
        let url = try #require(URL(string: "https://auth.example.com/token"))
        let call = ClientCall.all[0]
        let token = #"{"access_token":"\#(Sentinel.accessToken.text)","expires_in":60}"#
        let refusals = HostileAnswer.all([.clientSecret], for: call).enumerated().filter { $0.offset % 4 == 0 }.map(
            \.element.answer)
        for answer in [.json(text: token)] + refusals {
            let source = OAuthClientCredentials(
                tokenURL: url, clientID: "c", clientSecret: Secret(Sentinel.clientSecret.text),
                configuration: configuration(),
                transport: MockTransport { _ in
                    switch answer {
                    case .response(let response): return response
                    case .failure(let error): throw error
                    case .sequence: throw NetworkFailure(reason: .other)
                    }
                })
            await show { try await source.credential() }
            show(source)
            let parts = ClientCall.Parts(
                source: source, configuration: configuration(), transport: MockTransport(.json(text: call.success)))
            await show { try await call.run(parts) }
        }
        // A token that does not fit its schema, and is repeated.
        let misfit =
            #"{"access_token":"\#(Sentinel.accessToken.text)","expires_in":[],"token_type":"\#(Sentinel.accessToken.text)"}"#
        let source = OAuthClientCredentials(
            tokenURL: url, clientID: "c", clientSecret: Secret(Sentinel.clientSecret.text),
            configuration: configuration(),
            transport: MockTransport(.json(text: misfit, headers: ["X-Request-ID": Sentinel.accessToken.text])))
        await show { try await source.credential() }
        let expiring = ExpiringCredential(Secret(Sentinel.accessToken.text), lifetime: .seconds(1))
        let renewing = RefreshingCredential { expiring }
        _ = try await renewing.credential()
        for value in [expiring, renewing] as [Any] { show(value) }
    }
}
