import APIKeys
import APIKeysCurl
import Foundation
import JunctionKeys

/// Calls of one kind, one after the other.
struct Load {
    private let kind: String
    private var isList: Bool { kind == "list" || kind == "curl-list" }
    private let junction: JunctionClient
    private let team: UUID

    init(kind: String) throws {
        let variables = ProcessInfo.processInfo.environment
        self.kind = kind
        team = variables["JUNCTION_TEAM_ID"].flatMap(UUID.init(uuidString:)) ?? UUID()
        junction =
            switch kind {
            case "canned-create":
                JunctionClient(
                    managementKey: Secret("mg_benchmark_0123456789abcdef"), organizationID: UUID(),
                    transport: CannedTransport())
            case "create-kept": try JunctionClient(transport: URLSessionTransport(postConnections: .kept))
            case "curl-create", "curl-list": try JunctionClient(transport: try CurlTransport())
            case "curl-create-kept":
                try JunctionClient(transport: try CurlTransport(options: .init(postConnections: .kept)))
            default: try JunctionClient()
            }
    }

    func run(_ calls: Int) async throws {
        if isList,
            try await junction.teamAPIKeys(environment: .sandbox, region: .us, teamID: team).all().isEmpty
        {
            _ = try await junction.createTeamAPIKey(label: "ci", teamID: team, environment: .sandbox, region: .us)
        }
        guard kind == "memory" else { return try await make(calls) }
        // By then the process has what it needs once.
        try await make(calls / 4)
        let before = Self.residentBytes
        try await make(calls - calls / 4)
        let growth = Self.residentBytes - before
        print("memory: \(growth / (calls - calls / 4)) bytes a call, of which Foundation leaks 220")
    }

    private func make(_ calls: Int) async throws {
        for _ in 0..<calls {
            if isList {
                _ = try await junction.teamAPIKeys(environment: .sandbox, region: .us, teamID: team).all()
            } else {
                _ = try await junction.createTeamAPIKey(label: "ci", teamID: team, environment: .sandbox, region: .us)
            }
        }
    }

    private static var residentBytes: Int {
        let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ")
        return (pages.flatMap { $0.count > 1 ? Int($0[1]) : nil } ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
    }
}
