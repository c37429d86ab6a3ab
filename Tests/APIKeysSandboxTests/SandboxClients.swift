import APIKeys
import APIKeysSandbox
import BasetenKeys
import Foundation
import ImtegrateKeys
import JunctionKeys
import NekudaKeys
import Testing

extension Sandbox {
    /// Junction's client on this sandbox.
    func junctionClient(
        key: Secret? = nil, organizationID: UUID? = nil, configuration: ClientConfiguration = .init(),
        transport: (any HTTPTransport)? = nil
    ) -> JunctionClient {
        JunctionClient(
            managementKey: key ?? junction.managementKey, organizationID: organizationID ?? junction.organizationID,
            configuration: configuration, transport: transport ?? self)
    }

    /// Baseten's client on this sandbox.
    func basetenClient(key: Secret? = nil) -> BasetenClient {
        BasetenClient(apiKey: key ?? baseten.apiKey, transport: self)
    }

    /// Imtegrate's client on this sandbox.
    func imtegrateClient(token: Secret? = nil) -> ImtegrateClient {
        ImtegrateClient(token: token, transport: self)
    }

    /// nekuda's client on this sandbox.
    func nekudaClient(token: Secret? = nil) -> NekudaClient {
        NekudaClient(token: token ?? nekuda.token, transport: self)
    }

    /// Sends a request as it stands and returns the status and the body.
    func answer(
        _ method: HTTPMethod, _ url: String, headers: HTTPHeaders = [:], body: String? = nil
    ) async throws -> (status: Int, body: String) {
        var headers = headers
        if body != nil, headers["Content-Type"] == nil { headers["Content-Type"] = "application/json" }
        let request = HTTPRequest(
            method: method, url: try #require(URL(string: url)), headers: headers, body: body.map { Data($0.utf8) })
        let response = try await send(request)
        return (response.status, String(decoding: response.body, as: UTF8.self))
    }
}

/// The error that a call ends in.
func failure(
    _ call: () async throws -> some Any, sourceLocation: SourceLocation = #_sourceLocation
) async throws -> APIError {
    try #require(await #expect(throws: APIError.self, sourceLocation: sourceLocation) { _ = try await call() })
}
