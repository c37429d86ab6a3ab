import APIKeysSandbox
import Foundation
import JunctionKeys

// Rotates a team API key against a sandbox: in one call, and in two halves for an overlap of days.

/// Where the readers of a secret find it.
actor SecretStore {
    private(set) var secret: Secret?

    func put(_ secret: Secret) {
        self.secret = secret
    }
}

/// Fails until a key works, as a first call with it would.
struct NotYet: Error {}

do {
    let sandbox = Sandbox()
    let server = try LoopbackServer(sandbox)
    let junction = JunctionClient(
        managementKey: sandbox.junction.managementKey, organizationID: sandbox.junction.organizationID,
        configuration: ClientConfiguration(baseURL: server.baseURL))
    let ring = junction.teamKeyRing(teamID: sandbox.junction.teamID, environment: .sandbox, region: .us)
    let vault = SecretStore()
    func show(_ text: String) {
        print("\(text): \(sandbox.junction.teamAPIKeys.map { "\"\($0.label)\"" }.joined(separator: ", ")) at Junction")
    }

    let first = try await ring.createOnce(label: "ci")
    guard let firstID = first.id else { throw NotYet() }
    await vault.put(first.secret)
    show("created")

    // The answer to the next create is lost. The key is found in the list and used.
    try sandbox.inject(.lostAnswer, into: .operation("createTeamAPIKey"))
    let rotation = try await ring.rotate(
        firstID, label: "ci", overlap: .milliseconds(100), settling: .milliseconds(100),
        store: { key in
            await vault.put(key.secret)
            show("stored")
        },
        verify: { key in
            guard sandbox.junction.teamAPIKeys.contains(where: { $0.value == key.secret }) else { throw NotYet() }
        })
    show("rotated")

    guard let secondID = rotation.issued.id else { throw NotYet() }
    let pending = try await ring.beginRotation(
        of: secondID, label: "ci", store: { key in await vault.put(key.secret) })
    let saved = try JSONEncoder().encode(pending)
    show("begun, and saved as \(saved.count) bytes without a secret")
    // … days later, in another process:
    try await ring.finishRotation(JSONDecoder().decode(PendingRotation.self, from: saved))
    show("finished")

    guard await sandbox.junction.teamAPIKeys.map(\.value) == [vault.secret] else { throw NotYet() }
    print("The one key that works is the one in the vault.")
    await server.stop()
} catch {
    try? FileHandle.standardError.write(contentsOf: Data("RotateKeys: \(error)\n".utf8))
    exit(1)
}
