import Foundation
import JunctionKeys
import Testing

@Suite struct JunctionTeamAPIKeyTests {
    private let teamID: UUID
    private let junction: JunctionClient

    init() throws {
        teamID = try #require(UUID(uuidString: "a1b9e2d4-5c3f-4e60-9a71-0f2d8c4b6e11"))
        junction = try Self.client()
    }

    @Test(arguments: [(Junction.Environment.sandbox, Junction.Region.us), (.production, .eu)])
    func create(_ environment: Junction.Environment, _ region: Junction.Region) async throws {
        let label = "ci \u{1F511} \"\\/\n\u{0}\u{2028}"
        let key = try await junction.createTeamAPIKey(
            label: label, teamID: teamID, environment: environment, region: region)
        #expect(key.label == label)
        #expect(key.teamID == teamID)
        #expect(key.value.reveal().hasPrefix("sk_\(region.rawValue)_"))
        #expect(abs(key.createdAt.timeIntervalSinceNow) < 600)
    }

    @Test func anUnknownEnvironmentIsARealValidationError() async throws {
        let error = try await Conformance.failure { () throws(APIError) in
            try await junction.createTeamAPIKey(
                label: "ci", teamID: teamID, environment: .init(rawValue: "staging"), region: .init(rawValue: "mars"))
        }
        guard case .validation(let invalid) = error.kind else { throw error }
        #expect(error.status == 422)
        #expect(error.outcome == .notProcessed)
        #expect(invalid.detail.map(\.loc) == [["path", "env"], ["path", "region"]])
        #expect(invalid.detail.map(\.input) == [.string("staging"), .string("mars")])
        #expect(invalid.detail.allSatisfy { $0.ctx?["expected"]?.string != nil && !$0.msg.isEmpty && !$0.type.isEmpty })
    }

    @Test(arguments: [("mg_wrong", 401, APIError.Kind.unauthorized), ("mg_forbidden", 403, .forbidden)])
    func aBadCredentialIsRefused(_ key: String, _ status: Int, _ kind: APIError.Kind) async throws {
        let client = try Self.client(key: key)
        let error = try await Conformance.failure { () throws(APIError) in
            try await client.createTeamAPIKey(
                label: "ci", teamID: teamID, environment: .sandbox, region: .us)
        }
        #expect(error.kind == kind)
        #expect(error.status == status)
        #expect(error.outcome == .notProcessed)
        #expect(error.message?.isEmpty == false)
        #expect(!String(reflecting: error).contains(key))
    }

    @Test func anUnknownTeamOrOrganizationIsNotFound() async throws {
        for client in [junction, try Self.client(organization: UUID())] {
            let error = try await Conformance.failure { () throws(APIError) in
                try await client.createTeamAPIKey(label: "ci", teamID: UUID(), environment: .sandbox, region: .us)
            }
            #expect(error.kind == .notFound)
        }
    }

    private static func client(key: String = "mg_conformance", organization: UUID? = nil) throws -> JunctionClient {
        let fixture = try #require(UUID(uuidString: "3c90c3cc-0d44-4b50-8888-8dd25736052a"))
        return JunctionClient(
            managementKey: Secret(key), organizationID: organization ?? fixture,
            configuration: Conformance.configuration)
    }
}
