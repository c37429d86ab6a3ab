import APIKeys
import APIKeysSandbox
import BasetenKeys
import Foundation
import JunctionKeys
import NekudaKeys

/// What is called: the provider whose credentials are in the environment, or a sandbox.
struct Target {
    let description: String
    let ring: @Sendable (Item) -> any RevocableKeyRing
    private let embedded: LoopbackServer?

    init(_ arguments: Arguments, _ items: [Item], environment: [String: String]) throws {
        var environment = environment
        let credential = [
            "junction": "JUNCTION_MANAGEMENT_KEY", "baseten": "BASETEN_API_KEY", "nekuda": "NEKUDA_TOKEN",
        ]
        let name = arguments.provider.rawValue
        if let variable = credential[name], environment[variable] != nil {
            embedded = nil
            description = environment["\(name.uppercased())_BASE_URL"].map { "\(name) at \($0)" } ?? name
        } else {
            let sandbox = Sandbox()
            let server = try LoopbackServer(sandbox)
            embedded = server
            description = "\(name) in a sandbox of its own"
            for variable in ["JUNCTION", "BASETEN", "NEKUDA"] {
                environment["\(variable)_BASE_URL"] = server.baseURL.absoluteString
            }
            environment["JUNCTION_MANAGEMENT_KEY"] = sandbox.junction.managementKey.reveal()
            environment["JUNCTION_ORG_ID"] = sandbox.junction.organizationID.uuidString
            environment["BASETEN_API_KEY"] = sandbox.baseten.apiKey.reveal()
            environment["NEKUDA_TOKEN"] = sandbox.nekuda.token.reveal()
            for team in Set(items.compactMap(\.teamID)).subtracting(sandbox.junction.teams.map(\.id)) {
                sandbox.junction.addTeam(name: "Team", region: arguments.region, id: team)
            }
        }
        ring = try Self.ring(arguments, environment)
    }

    func stop() async {
        await embedded?.stop()
    }

    private static func ring(
        _ arguments: Arguments, _ environment: [String: String]
    ) throws -> @Sendable (Item) -> any RevocableKeyRing {
        let configuration = ClientConfiguration(userAgentSuffix: "Provision")
        switch arguments.provider {
        case .junction:
            let junction = try JunctionClient(processEnvironment: environment, configuration: configuration)
            let place = Junction.Environment(rawValue: arguments.environment)
            let region = Junction.Region(rawValue: arguments.region)
            let none = junction.organizationID  // Items without a team were refused by then.
            return { junction.teamKeyRing(teamID: $0.teamID ?? none, environment: place, region: region) }
        case .baseten:
            let baseten = try BasetenClient(processEnvironment: environment, configuration: configuration)
            let ring = baseten.keyRing(type: .workspaceInvoke, teamID: environment["BASETEN_TEAM_ID"])
            return { _ in ring }
        case .nekuda:
            let ring = try NekudaClient(processEnvironment: environment, configuration: configuration).keyRing()
            return { _ in ring }
        }
    }
}
