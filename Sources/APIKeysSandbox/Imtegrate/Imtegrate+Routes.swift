import APIKeys

extension Sandbox.Imtegrate: SandboxProvider {
    static let name = "Imtegrate"
    static let origins = ["api.imtegrate.com"]

    var unauthorized: Rejection {
        Rejection(401, "invalid API key", headers: ["WWW-Authenticate": "Bearer"])
    }

    func authenticate(_ headers: HTTPHeaders) throws {
        guard let header = headers.values(for: "Authorization").first else { return }
        let (scheme, credential) = header.schemeAndCredential
        guard scheme == "bearer" else { throw unauthorized }
        if Secret(credential) == forbiddenToken { throw Rejection(403, "not allowed to manage API keys") }
        guard accepts(Secret(credential)) else { throw unauthorized }
    }

    private static let fields: [SchemaField] = [
        .required("name", .string(min: 2, max: 120)), .optional("scopes", .list(.string())),
        .optional("env", .pattern(["test", "live"])),
    ]

    var collections: [SandboxCollection] {
        [
            SandboxCollection(
                "api_keys", Self.fields + [.optional("revoked", .boolean)], rows: { self.apiKeys }
            ) { body in
                self.addAPIKey(
                    name: try body.text("name"), scopes: body.texts("scopes") ?? [],
                    environment: body.textIfPresent("env") ?? "test", isRevoked: body.isTrue("revoked"))
            }
        ]
    }

    var routes: [Route] {
        let creation = Model(fields: Self.fields)
        return [
            Route("createAPIKey", .post, "/v1/api-keys", body: creation, handle: create),
            Route("apiKeys", .get, "/v1/api-keys") { arguments in
                .json(.objects(arguments.listed(self.apiKeys).map(\.listed)))
            },
        ]
    }

    @Sendable private func create(_ arguments: CallArguments) throws -> HTTPResponse {
        let name = try arguments.text("name")
        let (scopes, environment) = (arguments.texts("scopes") ?? [], arguments.textIfPresent("env") ?? "test")
        return state.withLock { state in
            let key = state.addKey(name, scopes: scopes, environment: environment, isRevoked: false)
            arguments.created(key.id, key.token)
            return .json(key.full, status: 201)
        }
    }
}
