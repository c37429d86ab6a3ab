import APIKeys
import Testing

/// One operation of a client, for what holds for all of them.
struct NamedCall<Client: Sendable>: Sendable, CustomTestStringConvertible {
    /// The operation, as its errors name it.
    let name: String
    let run: @Sendable (Client) async throws(APIError) -> Void

    var testDescription: String { name }

    init(_ name: String, _ run: @escaping @Sendable (Client) async throws(APIError) -> some Any) {
        self.name = name
        self.run = { client throws(APIError) in _ = try await run(client) }
    }

    /// Makes the call, which has to fail as a refusal by the server does.
    func error(from client: Client) async throws -> APIError {
        let error = try await Conformance.failure { () throws(APIError) in try await run(client) }
        #expect(error.operation == name)
        #expect(error.outcome == .notProcessed)
        #expect(error.attempts == 1)
        #expect(error.recoveredSecret == nil)
        #expect(error.responseBody?.isEmpty == false)
        return error
    }
}

/// A credential that the server refuses.
struct BadCredential: Sendable, CustomTestStringConvertible {
    let credential: Secret
    let status: Int
    /// What the server says.
    let message: String

    var testDescription: String { "\(status)" }

    /// Makes a call with the credential: the error says what the server did, and does not show the credential.
    func check<Client>(_ call: NamedCall<Client>, _ client: (Secret) -> Client) async throws {
        let error = try await call.error(from: client(credential))
        #expect(error.kind == (status == 401 ? .unauthorized : .forbidden))
        #expect(error.status == status)
        #expect(error.message == message)
        #expect(!String(reflecting: error).contains(credential.reveal()))
    }
}
