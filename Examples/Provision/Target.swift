import APIKeys
import APIKeysCurl
import APIKeysSandbox
import BasetenKeys
import Foundation
import JunctionKeys
import NekudaKeys

/// What is called: the provider whose credentials are in the environment, or a sandbox.
struct Target {
    /// The provider and the server, and what carries the requests.
    let description: String
    let ring: @Sendable (Item) -> any RevocableKeyRing
    private let embedded: LoopbackServer?

    init(_ arguments: Arguments, _ items: [Item], at place: Place, environment: [String: String]) throws {
        var environment = environment
        let (transport, carrier) = Self.transport()
        if !place.isOwnSandbox {
            embedded = nil
            description = "\(place.name), over \(carrier)"
        } else {
            let sandbox = Sandbox()
            let server: LoopbackServer
            do {
                server = try LoopbackServer(sandbox)
            } catch {
                throw Problem("the sandbox cannot be started: \(error)")
            }
            embedded = server
            description = "\(place.name) in a sandbox of its own, over \(carrier)"
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
        ring = try Self.ring(arguments, environment, transport)
    }

    func stop() async {
        await embedded?.stop()
    }

    /// libcurl if there is one: while a request waits, it leaves the processor alone, which URLSession on Linux does
    /// not.
    private static func transport() -> (any HTTPTransport, name: String) {
        do {
            return (try CurlTransport(), "libcurl \(CurlTransport.libraryVersion ?? "")")
        } catch {
            return (URLSessionTransport.shared, "URLSession")
        }
    }

    private static func ring(
        _ arguments: Arguments, _ environment: [String: String], _ transport: any HTTPTransport
    ) throws -> @Sendable (Item) -> any RevocableKeyRing {
        let configuration = ClientConfiguration(userAgentSuffix: "Provision")
        switch arguments.provider {
        case .junction:
            let junction = try JunctionClient(
                processEnvironment: environment, configuration: configuration, transport: transport)
            let place = Junction.Environment(rawValue: arguments.environment)
            let region = Junction.Region(rawValue: arguments.region)
            let none = junction.organizationID  // Items without a team were refused by then.
            return { junction.teamKeyRing(teamID: $0.teamID ?? none, environment: place, region: region) }
        case .baseten:
            let baseten = try BasetenClient(
                processEnvironment: environment, configuration: configuration, transport: transport)
            let ring = baseten.keyRing(type: .workspaceInvoke, teamID: environment["BASETEN_TEAM_ID"])
            return { _ in ring }
        case .nekuda:
            let ring = try NekudaClient(
                processEnvironment: environment, configuration: configuration, transport: transport
            ).keyRing()
            return { _ in ring }
        }
    }
}
