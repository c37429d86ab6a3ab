import APIKeysSandbox
import APIKeysTesting
import JunctionKeys
import Testing

/// The README's tests, run as they stand.
@Suite struct ReadmeTestingSamples {
    @Test func provisioningStoresTheKey() async throws {
        let sandbox = Sandbox()
        let key = try await junction(sandbox).createTeamAPIKey(
            label: "ci", teamID: sandbox.junction.teamID, environment: .sandbox, region: .us)
        #expect(sandbox.junction.teamAPIKeys.map(\.value) == [key.value])
    }

    @Test func aBadEnvironmentIsNamed() async throws {
        let sandbox = Sandbox()
        let error = await #expect(throws: APIError.self) {
            try await junction(sandbox).createTeamAPIKey(
                label: "ci", teamID: sandbox.junction.teamID, environment: .init(rawValue: "staging"), region: .us)
        }
        guard case .validation(let invalid)? = error?.kind else { throw Unexpected() }
        #expect(invalid.detail.map(\.path) == ["path.env"])
    }

    @Test func aLostAnswerIsNoSecondKey() async throws {
        let sandbox = Sandbox()
        try sandbox.inject(.lostAnswer, into: .operation("createTeamAPIKey"))
        let error = await #expect(throws: APIError.self) {
            try await junction(sandbox).createTeamAPIKey(
                label: "ci", teamID: sandbox.junction.teamID, environment: .sandbox, region: .us)
        }
        #expect(error?.outcome == .unknown)
        #expect(sandbox.junction.teamAPIKeys.count == 1)
    }

    private struct Unexpected: Error {}

    private func junction(_ sandbox: Sandbox) -> JunctionClient {
        JunctionClient(
            managementKey: sandbox.junction.managementKey, organizationID: sandbox.junction.organizationID,
            transport: sandbox)
    }
}
