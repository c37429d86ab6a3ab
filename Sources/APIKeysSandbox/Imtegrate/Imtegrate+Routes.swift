import APIKeys

extension Sandbox.Imtegrate: SandboxProvider {
    static let name = "Imtegrate"
    static let origins = ["api.imtegrate.com"]

    var unauthorized: Refusal {
        Refusal(401, "invalid API key", headers: ["WWW-Authenticate": "Bearer"])
    }

    func authenticate(_ headers: HTTPHeaders) throws {
        guard let header = headers.values(for: "Authorization").first else { return }
        let (scheme, credential) = header.schemeAndCredential
        guard scheme == "bearer" else { throw unauthorized }
        if Secret(credential) == forbiddenToken { throw Refusal(403, "not allowed to manage API keys") }
        let isLive = Secret(credential) == token || apiKeys.contains { $0.token == Secret(credential) }
        guard isLive else { throw unauthorized }
    }

    var routes: [Route] {
        let creation = Model(
            .required("name", .string(min: 2, max: 120)),
            .optional("scopes", .list(.string())),
            .optional("env", .pattern(["test", "live"])))
        return [
            Route("createAPIKey", .post, "/v1/api-keys", body: creation, handle: create),
            Route("apiKeys", .get, "/v1/api-keys") { _ in
                .json(.array(self.apiKeys.map { .object($0.value(organizationID: self.organizationID)) }))
            },
        ]
    }

    @Sendable private func create(_ arguments: Arguments) throws -> Reply {
        let name = try arguments.text("name")
        let key = state.withLock { state in
            state.addKey(
                name, scopes: arguments.texts("scopes") ?? [], environment: arguments.textIfPresent("env") ?? "test")
        }
        var value = key.value(organizationID: organizationID)
        value["token"] = .optional(key.token?.reveal())
        return .json(.object(value), status: 201)
    }
}
