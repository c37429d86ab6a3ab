import APIKeys
import APIKeysSandbox
import APIKeysTesting
import Foundation

/// Answers with the method, the URL and the body of the request.
let echo = MockTransport { request in
    let body = String(decoding: request.body ?? Data("-".utf8), as: UTF8.self)
    return HTTPResponse(
        status: 200, headers: ["Content-Type": "text/plain"],
        body: Data("\(request.method) \(request.url.absoluteString) \(body)".utf8))
}

/// Runs blocking work against a server of its own and stops that.
func withServer<Value: Sendable>(
    _ handler: any HTTPTransport = echo, limits: LoopbackServer.Limits = .init(),
    _ work: @escaping @Sendable (UInt16) throws -> Value
) async throws -> Value {
    let server = try LoopbackServer(handler, limits: limits)
    let port = UInt16(server.baseURL.port ?? 0)
    let result: Result<Value, any Error>
    do {
        result = .success(try await offPool { try work(port) })
    } catch {
        result = .failure(error)
    }
    await server.stop()
    return try result.get()
}
