import Foundation

/// What Junction answers.
nonisolated enum Example {
    static let id = UUID()
    static let teamID = UUID()

    private static let members =
        #""created_at":"2024-05-01T12:00:00.141153Z","creator":{"avatar":"https://a/b","email":"ada@example.com","#
        + #""id":"3c90c3cc-0d44-4b50-8888-8dd25736052a","name":"Ada","type":"org_member"},"#
    static let managementKey =
        #"{\#(members)"id":"\#(id.uuidString.lowercased())","label":"ops","role":"team_admin","#
        + #""team_role_bindings":[{"team_id":"\#(teamID.uuidString.lowercased())"}]}"#
    static let createdManagementKey = managementKey.replacingOccurrences(
        of: #""label""#, with: #""key":"mg_new","label""#)
    static let unboundManagementKey =
        #"{\#(members)"id":"\#(id.uuidString)","label":"deploy","role":"team_admin","team_role_bindings":null}"#
    static let teamSummary =
        #"{"created_on":"2024-05-01T12:00:00","id":"\#(teamID.uuidString)","name":"Clinic","region":"eu"}"#
    static let team = String(teamSummary.dropLast()) + #","production":null,"sandbox":{"color":"red"}}"#
}
