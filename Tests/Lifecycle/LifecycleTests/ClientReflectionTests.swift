import APIKeys
import APIKeysSandbox
import APIKeysTesting
import BasetenKeys
import Foundation
import ImtegrateKeys
import JunctionKeys
import NekudaKeys
import Testing

/// Every client, its rings, and the sandbox end reflection before a credential, a transport or a closure.
@Suite(.timeLimit(.minutes(1))) struct ClientReflectionTests {
    @Test func noClientShowsItsCredential() async throws {
        let secret = Secret("hidden")
        let transport = MockTransport { _ in throw NetworkFailure(reason: .other) }
        let configuration = ClientConfiguration(onEvent: { _ in _ = secret })
        let junction = JunctionClient(
            managementKey: secret, organizationID: UUID(), configuration: configuration, transport: transport)
        let baseten = BasetenClient(apiKey: secret, configuration: configuration, transport: transport)
        let imtegrate = ImtegrateClient(token: secret, configuration: configuration, transport: transport)
        let nekuda = NekudaClient(token: secret, configuration: configuration, transport: transport)
        let sandbox = Sandbox()
        let server = try LoopbackServer(sandbox)
        let clients: [Any] = [junction, baseten, imtegrate, nekuda]
        let ends: [Any] =
            clients + [
                transport, sandbox, sandbox.junction, sandbox.baseten, sandbox.imtegrate, sandbox.nekuda, server,
                Sandbox.Fault.lostAnswer,
            ]
        for end in ends { #expect(Mirror(reflecting: end).children.isEmpty, "\(type(of: end))") }
        let rings: [Any] = [
            junction.teamKeyRing(teamID: UUID(), environment: .production, region: .us),
            junction.managementKeyRing(role: .orgAdmin), baseten.keyRing(type: .workspaceInvoke), imtegrate.keyRing(),
            nekuda.keyRing(), junction.teams(),
        ]
        for value in ends + rings + sandbox.junction.teamAPIKeys + sandbox.junction.managementKeys {
            var text = ""
            dump(value, to: &text)
            text += "\(value)" + String(reflecting: value)
            #expect(!text.contains("hidden"), "\(type(of: value))")
            #expect(text.utf8.count < 5000, "\(type(of: value))")
        }
    }
}
