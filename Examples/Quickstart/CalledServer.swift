import APIKeysSandbox
import Foundation
import JunctionKeys

/// What the quickstart calls: Junction, or a sandbox of its own.
struct CalledServer {
    let description: String
    let junction: JunctionClient
    let teamID: UUID
    private let embedded: (sandbox: Sandbox, server: LoopbackServer)?

    /// Takes what the environment names; starts a sandbox where it names nothing.
    init(environment: [String: String] = ProcessInfo.processInfo.environment) throws {
        let names = ["JUNCTION_MANAGEMENT_KEY", "JUNCTION_ORG_ID", "JUNCTION_TEAM_ID"]
        if names.contains(where: { environment[$0] != nil }) {
            guard let teamID = environment["JUNCTION_TEAM_ID"].flatMap(UUID.init(uuidString:)) else {
                throw Surprise("the environment variable JUNCTION_TEAM_ID has to be set to a UUID")
            }
            description = environment["JUNCTION_BASE_URL"].map { "the server at \($0)" } ?? "Junction itself"
            junction = try JunctionClient(processEnvironment: environment)
            self.teamID = teamID
            embedded = nil
        } else {
            let sandbox = Sandbox()
            let server = try LoopbackServer(sandbox)
            description = "a sandbox at \(server.baseURL); set \(names.joined(separator: ", ")) to call Junction"
            junction = JunctionClient(
                managementKey: sandbox.junction.managementKey, organizationID: sandbox.junction.organizationID,
                configuration: ClientConfiguration(baseURL: server.baseURL))
            teamID = sandbox.junction.teamID
            embedded = (sandbox, server)
        }
    }

    /// Looks into the sandbox, where there is one: it has to hold the key and the same secret.
    func check(_ key: Junction.TeamAPIKey) throws {
        guard let embedded else { return }
        guard embedded.sandbox.junction.teamAPIKeys.contains(where: { $0.id == key.id && $0.value == key.value }) else {
            throw Surprise("the sandbox does not hold the key \(key.id)")
        }
        print("The sandbox holds the same key.")
    }

    func stop() async {
        await embedded?.server.stop()
    }
}

/// Something that must not happen did.
struct Surprise: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
