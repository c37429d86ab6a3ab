import APIKeysTesting
import Foundation
import JunctionKeys

@main
struct Program {
    static func main() async throws {
        let transport = MockTransport(routes: [
            "POST /v1/org/{org_id}/management_key": .json(text: Example.createdManagementKey),
            "PATCH /v1/org/{org_id}/management_key/{key_id}": .json(text: Example.unboundManagementKey),
            "GET /v1/org/{org_id}/team/{team_id}": .json(text: Example.team),
        ])
        let junction = JunctionClient(managementKey: Secret("mg_1"), organizationID: Example.id, transport: transport)
        try namesOfOtherModules()
        try await valuesWithoutTheirNames(junction: junction)
        try modelsUnderOwnCoders()
        try await createdKeys(junction: junction)
        try printedNames()
        try await clients()
        try environments()
        try await errors()
        try await lists()
        try await observing()
        try await testing()
        try await lifecycle()
        print("ok")
    }
}

struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Throws unless the condition holds.
func check(_ condition: Bool, _ what: String) throws {
    guard condition else { throw Failure(what) }
}
