import APIKeys
import Foundation
import JunctionKeys

/// A transport of the program's own, for which it imports APIKeys.
struct Echo: HTTPTransport {
    nonisolated func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        HTTPResponse(status: 200, headers: ["X-Request-Id": "r-1"], body: Data(Example.managementKey.utf8))
    }
}

/// Events go where the program wants them, and a call's response can be looked at.
func observing() async throws {
    let (events, log) = AsyncStream.makeStream(of: ClientEvent.self)
    let configuration = ClientConfiguration(retry: RetryPolicy(maxRetries: 1), onEvent: { log.yield($0) })
    let junction = JunctionClient(
        managementKey: Secret("mg_1"), organizationID: Example.id, configuration: configuration, transport: Echo())
    let (key, response) = try await withResponseMetadata {
        try await junction.updateManagementKey(id: Example.id, label: Patch<String>.value("ops"))
    }
    log.finish()
    try check(key.label == "ops" && response?.requestID == "r-1", "the response's metadata")
    var steps: [String] = []
    for await event in events { steps.append(name(of: event.step)) }
    try check(steps == ["started", "attempt", "finished"], "\(steps)")
}

func name(of step: ClientEvent.Step) -> String {
    switch step {
    case .started: "started"
    case .attempt: "attempt"
    case .retry: "retry"
    case .finished: "finished"
    @unknown default: "another step"
    }
}

// TODO(#10): a Middleware of the program's own with MiddlewareNext; callID of ClientEvent and MiddlewareContext;
// APIError.headers; a span around a whole call.
