import APIKeys
import Foundation

extension Sandbox.Junction {
    struct State: ProviderState {
        static let managementKey = Secret("mg_conformance")
        static let teamID = UUID(high: 0xa1b9_e2d4_5c3f_4e60, low: 0x9a71_0f2d_8c4b_6e11)
        static let euTeamID = UUID(high: 0xb2c8_f3e5_6d40_4f71, low: 0x8b82_1e3c_9d5a_7f22)
        static let takenIntegrationTeamID = "acme-us"

        var source: SandboxSource
        /// The management keys that authenticate.
        var credentials: Set<Secret> = [managementKey]
        var teams = [
            Team(
                id: teamID, name: "Acme US", region: "us", integrationTeamID: takenIntegrationTeamID,
                createdOn: "2024-05-01T12:00:00+00:00"),
            Team(id: euTeamID, name: "Acme EU", region: "eu", createdOn: "2024-05-02T12:00:00.123456"),
        ]
        var teamAPIKeys: [TeamAPIKey] = []
        var managementKeys: [ManagementKey] = []
        private var lastNumber = 0
        private var stampCount = 0

        init(source: SandboxSource) {
            self.source = source
            let creators: [[String: JSONValue]] = [
                [
                    "type": .string("org_member"), "id": .string(self.source.uuid().wireValue), "name": .string("Ada"),
                    "email": .string("ada@example.com"), "avatar": .string("https://example.com/a.png"),
                ],
                ["type": .string("removed_org_member"), "id": .null], ["type": .string("vital_staff")],
                ["type": .string("management_key")],
                [
                    "type": .string("service_account"), "id": .string("sa_1"), "scopes": .strings(["keys:write"]),
                    "owner": .object(["team": .integer(7), "active": .bool(true)]),
                ],
            ]
            for (index, creator) in creators.enumerated() {
                managementKeys.append(
                    ManagementKey(
                        id: UUID(high: 0xd000_0000_0000_4000, low: 0x8000_0000_0000_0001 + UInt64(index)),
                        label: "seeded by \(creator["type"]?.string ?? "")",
                        role: index == 0 ? "team_admin" : "org_admin", teamIDs: index == 0 ? [Self.teamID] : nil,
                        creator: creator, createdAt: stamp()))
            }
        }

        mutating func addTeam(name: String, region: String, id: UUID?, integrationTeamID: String?) -> Team {
            let team = Team(
                id: id ?? source.uuid(), name: name, region: region, integrationTeamID: integrationTeamID,
                createdOn: stamp())
            teams.append(team)
            return team
        }

        mutating func addTeamAPIKey(
            label: String, teamID: UUID, environment: String, region: String
        ) -> TeamAPIKey {
            lastNumber += 1
            let key = TeamAPIKey(
                id: source.uuid(), label: label, value: Secret("sk_\(region)_\(source.token(32))"), teamID: teamID,
                environment: environment, region: region, createdAt: stamp(), number: lastNumber)
            teamAPIKeys.append(key)
            return key
        }

        /// Adds a management key, which is a credential from now on.
        mutating func addManagementKey(label: String, role: String, teamIDs: [UUID]?) -> ManagementKey {
            let secret = Secret("mg_\(source.token(40))")
            let key = ManagementKey(
                id: source.uuid(), label: label, role: role, teamIDs: teamIDs, key: secret,
                creator: ["type": .string("management_key")], createdAt: stamp())
            managementKeys.append(key)
            credentials.insert(secret)
            return key
        }

        /// The time as Junction writes it: with an offset, with a `Z` and with no zone at all, in turn.
        mutating func stamp() -> String {
            let now = source.now()
            defer { stampCount += 1 }
            return switch stampCount % 3 {
            case 0: now.seconds + "+00:00"
            case 1: now.naive + "Z"
            default: now.naive
            }
        }

        /// The team with this id, or 404.
        func team(_ id: UUID) throws -> Team { teams[try teams.place(of: id, "team")] }
    }

    /// The rows that follow a cursor, and the cursor of the next page.
    ///
    /// A cursor holds characters that a query has to encode. It names the last row by its number, so that a deletion in
    /// between moves nothing. One that was changed is answered with 400.
    static func page<Row>(
        _ rows: [(number: Int, row: Row)], size: Int, cursor: String?
    ) throws -> (rows: [Row], next: JSONValue) {
        let after: Int
        if let cursor {
            guard cursor.hasPrefix("after+"), cursor.hasSuffix("/=&"), let number = Int(cursor.dropFirst(6).dropLast(3))
            else { throw Rejection(400, "invalid cursor") }
            after = number
        } else {
            after = 0
        }
        let rest = rows.filter { $0.number > after }
        let next: JSONValue = rest.count > size ? .string("after+\(rest[size - 1].number)/=&") : .null
        return (rest.prefix(size).map(\.row), next)
    }
}
