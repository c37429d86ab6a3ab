package import APIKeys

/// What the operations of these tests create.
package struct Thing: Codable, Hashable, Sendable, SecretBearing {
    package var id: Int
    package var token: Secret

    package var secret: Secret { token }
}

/// A client of an imaginary provider, with one operation of each safety class.
package struct Probe {
    package static let credential = "mg_top-secret"
    package static let thing = Thing(id: 7, token: Secret("tok_new"))

    package let client: APIClient

    package init(
        _ transport: any HTTPTransport, credential: Secret? = Secret(Self.credential),
        source: (any CredentialSource)? = nil, configuration: ClientConfiguration = .init()
    ) {
        let authentication =
            source.map { Authentication(scheme: .bearer, source: $0) }
            ?? Authentication(scheme: .header("X-Key"), source: credential)
        client = APIClient(
            provider: "Probe", defaultBaseURL: "https://api.example.com", authentication: authentication,
            configuration: configuration, transport: transport)
    }

    package func create(_ name: String = "ci", options: RequestOptions = .init()) async throws(APIError) -> Thing {
        try await client.send(
            .init(
                "create", .post, ["v1", "things"], body: .json(["name": name]), safety: .create,
                reads: .newSecret("token")),
            options: options)
    }

    package func read(_ id: String = "7", options: RequestOptions = .init()) async throws(APIError) -> Thing {
        try await client.send(
            .init("read", .get, ["v1", "things", .parameter("thing_id", id)], safety: .read, reads: .json),
            options: options)
    }

    package func delete(options: RequestOptions = .init()) async throws(APIError) -> String {
        try await client.send(
            .init(
                "delete", .delete, ["v1", "things", .parameter("thing_id", "7")], query: [QueryItem("q", "secret?")],
                safety: .idempotent, reads: .init { _ in "deleted" }, valueWhenGone: "gone"),
            options: options)
    }

    package func call(_ safety: Safety, options: RequestOptions = .init()) async throws(APIError) {
        switch safety {
        case .read: _ = try await read(options: options)
        case .idempotent: _ = try await delete(options: options)
        case .create: _ = try await create(options: options)
        }
    }
}

/// The error that a closure throws.
package func failure(_ body: () async throws(APIError) -> some Any) async throws -> APIError {
    do {
        let value = try await body()
        throw Unexpected(value: "\(value)")
    } catch let error as APIError {
        return error
    }
}

/// A call succeeded that had to fail.
package struct Unexpected: Error {
    package var value: String

    package init(value: String) {
        self.value = value
    }
}
