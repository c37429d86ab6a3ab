import APIKeysSandbox
import APIKeysTesting
import Foundation
import JunctionKeys
import Testing

/// The README's rotation and provisioning, run as they stand.
@Suite(.timeLimit(.minutes(1))) struct ReadmeLifecycleSamples {
    private struct Customer: ProvisioningItem {
        let id: String
        let teamID: UUID
        var label: String { "customer \(id)" }
    }

    private actor Vault {
        private(set) var secrets: [String: Secret] = [:]

        func put(_ secret: Secret, for id: String) throws { secrets[id] = secret }
    }

    private let sandbox = Sandbox()
    private let vault = Vault()
    private let junction: JunctionClient
    private let teamID: UUID

    init() {
        teamID = sandbox.junction.teamID
        junction = JunctionClient(
            managementKey: sandbox.junction.managementKey, organizationID: sandbox.junction.organizationID,
            configuration: ClientConfiguration(clock: TestClock(skippingSleepsUpTo: .seconds(60))), transport: sandbox)
    }

    private func ping(with secret: Secret) async throws {
        _ = try #require(sandbox.junction.teamAPIKeys.first { $0.value == secret })
    }

    @Test func rotates() async throws {
        try sandbox.inject(.lostAnswer, into: .operation("createTeamAPIKey"))
        let ring = junction.teamKeyRing(teamID: teamID, environment: .sandbox, region: .us)
        let key = try await ring.createOnce(label: "ci")
        let oldID = try #require(key.id)
        try sandbox.inject(.lostAnswer, into: .operation("createTeamAPIKey"))
        do throws(RotationError) {
            let rotation = try await ring.rotate(
                oldID, label: "ci", overlap: .seconds(60),
                store: { key in try await vault.put(key.secret, for: "ci") },
                verify: { key in try await ping(with: key.secret) })
            print("\(rotation.retired) was replaced")
        } catch {
            print("\(error.step) failed; these keys work: \(error.workingKeyIDs)")
        }
        #expect(await vault.secrets["ci"] != key.secret)
        #expect(await sandbox.junction.teamAPIKeys.map(\.value) == [vault.secrets["ci"]])
    }

    @Test func provisions() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "readme-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let ledgerURL = folder.appending(path: "ledger")
        let customers = (1...20).map { Customer(id: "\($0)", teamID: teamID) }
        try sandbox.inject(.lostAnswer, into: .operation("createTeamAPIKey"), .first(3))
        let run = Provisioning<Customer>(
            ledger: try FileLedger(ledgerURL), concurrency: 16, failureBudget: 20,
            ring: { customer in
                junction.teamKeyRing(teamID: customer.teamID, environment: .production, region: .us)
            },
            store: { customer, key in try await vault.put(key.secret, for: customer.id) })
        let report = try await run.run(customers)
        print("\(report.stored.count) stored, \(report.failed.count) failed")
        #expect(report.stored.count == 20)
        #expect(await Set(sandbox.junction.teamAPIKeys.map(\.value)) == Set(vault.secrets.values))
    }
}
