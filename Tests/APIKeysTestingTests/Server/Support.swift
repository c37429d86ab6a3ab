import APIKeys
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
    _ handler: any HTTPTransport = echo, limits: SandboxServer.Limits = .init(),
    _ work: @escaping @Sendable (UInt16) throws -> Value
) async throws -> Value {
    let server = try SandboxServer(handler, limits: limits)
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

/// SplitMix64: the same numbers for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
