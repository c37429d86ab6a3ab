import APIKeysSandbox
import Foundation
import JunctionKeys

// Creates a team API key at Junction and shows what a refused request looks like.
//
// With JUNCTION_MANAGEMENT_KEY, JUNCTION_ORG_ID and JUNCTION_TEAM_ID set it calls the real provider, or the server that
// JUNCTION_BASE_URL names; without them, a sandbox that it starts on a loopback port.

do {
    let server = try CalledServer()
    print("Calling \(server.description).")
    try await createKey(at: server)
    try await sendBadRequest(to: server)
    await server.stop()
} catch {
    try? FileHandle.standardError.write(contentsOf: Data("Quickstart: \(error)\n".utf8))
    exit(1)
}

/// The main job: one call, and the secret is in hand.
func createKey(at server: CalledServer) async throws {
    let key = try await server.junction.createTeamAPIKey(
        label: "quickstart", teamID: server.teamID, environment: .sandbox, region: .us)
    print(
        "Created the team API key \(key.id.uuidString.lowercased()), labelled \"\(key.label)\", at \(key.createdAt.formatted(.iso8601))."
    )
    print("Its secret prints as \(key.value); key.value.reveal() gives its \(key.value.reveal().count) characters.")
    try server.check(key)
}

/// A request that the server refuses: the 422 comes back as a typed error that names each bad value.
func sendBadRequest(to server: CalledServer) async throws {
    do {
        let key = try await server.junction.createTeamAPIKey(
            label: "quickstart", teamID: server.teamID, environment: .init(rawValue: "staging"), region: .us)
        throw Surprise("a request for the environment \"staging\" made the key \(key.id)")
    } catch let error as APIError {
        guard case .validation(let invalid) = error.kind else { throw error }
        print("A bad request is a typed error, outcome \(error.outcome):")
        for entry in invalid.detail { print("  \(entry)") }
    }
}
