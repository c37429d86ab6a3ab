import APIKeys
import Foundation

extension Sandbox.Nekuda: SandboxProvider {
    static let name = "nekuda"
    static let origins = ["api.nekuda.ai", "staging-api.nekuda.ai", "api.example.com"]

    var unauthorized: Rejection {
        Rejection(401, "invalid or expired token", headers: ["WWW-Authenticate": "Bearer"])
    }

    func authenticate(_ headers: HTTPHeaders) throws {
        let (scheme, text) = (headers.values(for: "Authorization").first ?? "").schemeAndCredential
        guard scheme == "bearer", !text.isEmpty else {
            throw Rejection(401, "Not authenticated", headers: ["WWW-Authenticate": "Bearer"])
        }
        let credential = Secret(text)
        if credential == forbiddenToken { throw Rejection(403, "insufficient permissions") }
        guard state.withLock({ $0.tokens.contains(credential) }) else { throw unauthorized }
    }

    private static let fields: [SchemaField] = [
        .required("name", .string(min: 1, max: 100)), .optional("description", .nullable(.string(max: 255))),
    ]

    var collections: [SandboxCollection] {
        [
            SandboxCollection(
                "api_keys", Self.fields + [.optional("revoked", .boolean)], rows: { self.apiKeys }
            ) { body in
                self.addAPIKey(
                    name: try body.text("name"), description: body.textIfPresent("description"),
                    isRevoked: body.isTrue("revoked"))
            }
        ]
    }

    var routes: [Route] {
        let creation = Model(fields: Self.fields)
        let collection = "/api/v2/api-keys/"
        let item = "/api/v2/api-keys/{key_id}"
        let id: [SchemaField] = [.path("key_id", .string())]
        return [
            Route("createAPIKey", .post, collection, body: creation, handle: create),
            Route("apiKeys", .get, collection) { arguments in
                .json(.objects(arguments.listed(self.apiKeys).map(\.listed)))
            },
            Route("apiKey", .get, item, id) { arguments in
                try self.change(arguments) { state, place in .json(state.keys[place].listed) }
            },
            Route(
                "revokeAPIKey", .put, "/api/v2/api-keys/{key_id}/revoke", id,
                denial: { arguments in
                    try self.change(arguments) { state, place in
                        .json(state.keys[place].revocation.merging(["is_revoked": .bool(false)]) { $1 })
                    }
                }
            ) { arguments in
                try self.change(arguments) { state, place in
                    if !state.keys[place].isRevoked { state.keys[place].revoke(at: state.source.now()) }
                    return .json(state.keys[place].revocation)
                }
            },
            Route("deleteAPIKey", .delete, item, id) { arguments in
                try self.change(arguments) { state, place in
                    state.keys.remove(at: place)
                    return HTTPResponse(status: 204)
                }
            },
        ]
    }

    @Sendable private func create(_ arguments: CallArguments) throws -> HTTPResponse {
        let (name, description) = (try arguments.text("name"), arguments.textIfPresent("description"))
        return state.withLock { state in
            let key = state.addKey(name: name, description: description, isRevoked: false)
            arguments.created(key.id, key.privateKey)
            return .json(key.full, status: 201)
        }
    }

    /// Does something with the key that the path names.
    private func change(_ arguments: CallArguments, _ body: (inout State, Int) throws -> HTTPResponse) throws
        -> HTTPResponse
    {
        let id = try arguments.text("key_id")
        return try state.withLock { try body(&$0, try $0.keys.place(of: id, "API key")) }
    }
}
