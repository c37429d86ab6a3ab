import APIKeys

extension LoopbackServer {
    /// Starts a server for all providers of a sandbox at one origin. Paths tell the providers apart; the host that a
    /// client names does not matter.
    ///
    /// An injected ``Sandbox/Fault`` happens to the connection: it is reset if no connection should have been made,
    /// closed if the answer is lost, and cut off if the head or the body is. Below `/_sandbox`, clients in any language
    /// can control the sandbox: see <doc:The-sandbox-server>.
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
    ///   - limits: The limits on what clients may send and hold.
    /// - Throws: ``BindFailure`` if the port is taken or may not be used, if the address is not one of this machine's,
    ///   or if no socket or thread is available.
    public convenience init(
        _ sandbox: Sandbox, host: String = "127.0.0.1", port: UInt16 = 0, limits: LoopbackServer.Limits = .init()
    ) throws(BindFailure) {
        try self.init(SandboxControl(sandbox: sandbox) as any HTTPTransport, host: host, port: port, limits: limits)
    }
}
