import APIKeys

extension LoopbackServer {
    /// Starts a server that plays all providers of a sandbox at one origin, told apart by their paths, whatever host a
    /// client believes it is talking to.
    ///
    /// An injected ``Sandbox/Fault`` happens to the connection: it is reset if no connection should have been made,
    /// closed if the answer is lost, and cut if the head or the body is. Below `/_sandbox`, clients in any language
    /// drive the sandbox: see <doc:The-sandbox-server>.
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
    ///   - host: The address to listen on, or `localhost`; 127.0.0.1 by default.
    ///   - port: The port to listen on; 0, the default, lets the system choose a free one.
    ///   - limits: How much a client may ask.
    /// - Throws: ``BindFailure`` if the port is taken or may not be used, or the address is none of this machine's.
    public convenience init(
        _ sandbox: Sandbox, host: String = "127.0.0.1", port: UInt16 = 0, limits: LoopbackServer.Limits = .init()
    ) throws(BindFailure) {
        try self.init(SandboxControl(sandbox: sandbox) as any HTTPTransport, host: host, port: port, limits: limits)
    }
}
