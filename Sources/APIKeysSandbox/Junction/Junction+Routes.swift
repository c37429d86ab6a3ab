import APIKeys

extension Sandbox.Junction: SandboxProvider {
    static let name = "Junction"
    static let origins = ["api.management.junction.com", "api.tryvital.io/management"]

    static let environments = ["production", "sandbox"]
    static let regions = ["us", "eu"]
    static let roles = ["org_admin", "team_admin"]

    var unauthorized: Rejection { Rejection(401, "invalid token") }

    func authenticate(_ headers: HTTPHeaders) throws {
        let key = headers.values(for: "X-Management-Key").first ?? ""
        guard !key.isEmpty else { throw Rejection(401, "Not authenticated", headers: ["WWW-Authenticate": "APIKey"]) }
        let credential = Secret(key)
        if credential == forbiddenManagementKey {
            let message = "this key may not manage the organization"
            throw Rejection(
                403, .object(["error_type": .string("forbidden"), "error_message": .string(message)]))
        }
        guard state.withLock({ $0.credentials.contains(credential) }) else { throw unauthorized }
    }

    var scope: [SchemaField] { [.path("org_id", .uuid)] }

    func enter(_ arguments: CallArguments) throws {
        guard try arguments.uuid("org_id") == organizationID else { throw Rejection(404, "organization not found") }
    }

    var routes: [Route] { teamAPIKeyRoutes + managementKeyRoutes + teamRoutes }
}
