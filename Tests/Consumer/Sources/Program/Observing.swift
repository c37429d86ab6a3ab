import APIKeys
import Foundation
import JunctionKeys

/// A transport of the program's own, for which it imports APIKeys.
struct Echo: HTTPTransport {
    nonisolated func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        HTTPResponse(status: 200, headers: ["X-Request-Id": "r-1"], body: Data(Example.managementKey.utf8))
    }
}

/// A middleware of the program's own: it adds a field and notes which call it was.
nonisolated struct Tracing: Middleware {
    let contexts: AsyncStream<MiddlewareContext>.Continuation

    func intercept(
        _ request: HTTPRequest, context: MiddlewareContext, next: MiddlewareNext
    ) async throws -> HTTPResponse {
        contexts.yield(context)
        var request = request
        request.headers["traceparent"] = context.callID.uuidString
        return try await next(request)
    }
}

/// Events go where the program wants them, and a call's response can be looked at.
func observing() async throws {
    let (events, log) = AsyncStream.makeStream(of: ClientEvent.self)
    let (contexts, notes) = AsyncStream.makeStream(of: MiddlewareContext.self)
    let configuration = ClientConfiguration(
        retry: RetryPolicy(maxRetries: 1), middleware: [Tracing(contexts: notes)], onEvent: { log.yield($0) })
    let junction = JunctionClient(
        managementKey: Secret("mg_1"), organizationID: Example.id, configuration: configuration, transport: Echo())
    let (key, response) = try await withResponseMetadata {
        try await junction.updateManagementKey(id: Example.id, label: Patch<String>.value("ops"))
    }
    log.finish()
    try check(key.label == "ops" && response?.requestID == "r-1", "the response's metadata")
    notes.finish()
    var (steps, printed, calls): ([String], [String], Set<UUID>) = ([], [], [])
    for await event in events {
        steps.append(name(of: event.step))
        printed.append("\(event.step)")
        calls.insert(event.callID)
    }
    try check(steps == ["started", "attempt", "finished"], "\(steps)")
    try check(printed == ["started", "attempt 1 succeeded: 200", "succeeded: 200 after 1 attempt"], "\(printed)")
    for await context in contexts {
        try check(calls == [context.callID] && context.attempt == 1, "the call's ID")
        calls.removeAll()
    }
    try check(calls.isEmpty, "the middleware did not run")
    try await spans()
}

/// Calls that run at the same time are told apart: a span for each, from its first step to its last.
func spans() async throws {
    let (events, log) = AsyncStream.makeStream(of: ClientEvent.self)
    let junction = JunctionClient(
        managementKey: Secret("mg_1"), organizationID: Example.id,
        configuration: ClientConfiguration(onEvent: { log.yield($0) }), transport: Echo())
    async let one = junction.deleteManagementKey(id: Example.id)
    async let other = junction.updateManagementKey(id: Example.id, label: .value("ops"))
    _ = try await (one, other)
    log.finish()
    var open: [UUID: String] = [:]
    var closed: [String] = []
    for await event in events {
        switch event.step {
        case .started: open[event.callID] = event.operation
        case .finished: closed.append(open.removeValue(forKey: event.callID) ?? "none")
        default: try check(open[event.callID] == event.operation, "an event outside its span")
        }
    }
    try check(open.isEmpty && closed.sorted() == ["deleteManagementKey", "updateManagementKey"], "\(closed)")
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
