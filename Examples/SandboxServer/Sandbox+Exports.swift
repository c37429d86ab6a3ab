import APIKeys
import APIKeysSandbox
import Foundation

extension Sandbox {
    /// The base URL and the credentials of each provider as lines for a shell.
    func exports(baseURL: URL) -> String {
        let variables = [
            ("JUNCTION_BASE_URL", baseURL.absoluteString),
            ("JUNCTION_MANAGEMENT_KEY", junction.managementKey.reveal()),
            ("JUNCTION_ORG_ID", junction.organizationID.uuidString.lowercased()),
            ("JUNCTION_TEAM_ID", junction.teamID.uuidString.lowercased()),
            ("BASETEN_BASE_URL", baseURL.absoluteString),
            ("BASETEN_API_KEY", baseten.apiKey.reveal()),
            ("BASETEN_TEAM_ID", baseten.teamID),
            ("IMTEGRATE_BASE_URL", baseURL.absoluteString),
            ("IMTEGRATE_API_KEY", imtegrate.token.reveal()),
            ("NEKUDA_BASE_URL", baseURL.absoluteString),
            ("NEKUDA_TOKEN", nekuda.token.reveal()),
        ]
        return variables.map { "export \($0)=\($1)\n" }.joined()
    }
}
