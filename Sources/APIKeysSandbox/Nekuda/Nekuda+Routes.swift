import APIKeys
import Foundation

extension Sandbox.Nekuda: SandboxProvider {
    static let name = "nekuda"
    static let origins = ["api.nekuda.ai", "staging-api.nekuda.ai", "api.example.com"]

    var unauthorized: Refusal {
        Refusal(401, "invalid or expired token", headers: ["WWW-Authenticate": "Bearer"])
    }

    func authenticate(_ headers: HTTPHeaders) throws {
        let (scheme, text) = (headers.values(for: "Authorization").first ?? "").schemeAndCredential
        guard scheme == "bearer", !text.isEmpty else {
            throw Refusal(401, "Not authenticated", headers: ["WWW-Authenticate": "Bearer"])
        }
        let credential = Secret(text)
        if credential == forbiddenToken { throw Refusal(403, "insufficient permissions") }
        guard state.withLock({ $0.tokens.contains(credential) }) else { throw unauthorized }
    }

    private static let fields: [Model.Field] = [
        .required("name", .string(min: 1, max: 100)), .optional("description", .nullable(.string(max: 255))),
    ]

    var collections: [SandboxCollection] {
        [
            SandboxCollection(
                "api_keys", Self.fields + [.optional("revoked", .boolean)], rows: { self.apiKeys }
            ) { body in
                self.addAPIKey(
                    name: body["name"]?.string ?? "", description: body["description"]?.string,
                    isRevoked: body["revoked"] == .bool(true))
            }
        ]
    }

    var routes: [Route] {
        let creation = Model(Self.fields)
        let collection = "/api/v2/api-keys/"
        let item = "/api/v2/api-keys/{key_id}"
        let id: [Parameter] = [.path("key_id", .string())]
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
                    return Reply(status: 204)
                }
            },
        ]
    }

    @Sendable private func create(_ arguments: Arguments) throws -> Reply {
        let (name, description) = (try arguments.text("name"), arguments.textIfPresent("description"))
        let key = state.withLock { state in
            let key = state.addKey(name: name, description: description, isRevoked: false)
            arguments.creation.created(key.id, key.privateKey)
            return key
        }
        return .json(key.full, status: 201)
    }

    /// Does something with the key that the path names.
    private func change(_ arguments: Arguments, _ body: (inout State, Int) throws -> Reply) throws -> Reply {
        let id = try arguments.text("key_id")
        return try state.withLock { state in
            guard let place = state.keys.firstIndex(where: { $0.id == id }) else {
                throw Refusal(404, "API key not found")
            }
            return try body(&state, place)
        }
    }
}
