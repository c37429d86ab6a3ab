import APIKeys

extension LoopbackServer {
    /// Starts a server that plays all providers of a sandbox at one origin, told apart by their paths.
    ///
    /// An injected ``Sandbox/Fault`` happens to the connection: it is reset where no connection should have been made,
    /// closed where the answer is lost, and cut where the body is.
    ///
    /// ```swift
    /// let sandbox = Sandbox()
    /// let server = try LoopbackServer(sandbox)
    /// let client = BasetenClient(
    ///     apiKey: sandbox.baseten.apiKey, configuration: ClientConfiguration(baseURL: server.baseURL))
    /// ```
    ///
    /// - Parameters:
    ///   - sandbox: The sandbox.
    ///   - port: The port to listen on; 0, the default, lets the system choose a free one.
    ///   - limits: How much a client may ask.
    /// - Throws: ``BindFailure`` where the port is taken or may not be used.
    public convenience init(
        _ sandbox: Sandbox, port: UInt16 = 0, limits: LoopbackServer.Limits = .init()
    ) throws(BindFailure) {
        try self.init(SandboxHandler(sandbox: sandbox) as any HTTPTransport, port: port, limits: limits)
    }
}

/// A sandbox whose faults happen to the server's connections.
private struct SandboxHandler: HTTPTransport {
    let sandbox: Sandbox

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        switch try await sandbox.deliver(request) {
        case .whole(let response): return response
        case .refused: throw LoopbackServer.ConnectionDrop.reset
        case .lost: throw LoopbackServer.ConnectionDrop.withoutAnswer
        case .cut(let response, let count): throw LoopbackServer.ConnectionDrop.after(bodyBytes: count, of: response)
        }
    }
}
