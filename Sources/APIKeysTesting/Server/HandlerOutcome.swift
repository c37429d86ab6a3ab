import APIKeys

/// What the handler made of a request.
enum HandlerOutcome: Sendable {
    case response(HTTPResponse)
    case drop(SandboxServer.ConnectionDrop)
    case failure(any Error)

    /// Gives a request to a handler.
    init(of request: HTTPRequest, _ handler: any HTTPTransport) async {
        do {
            self = .response(try await handler.send(request))
        } catch let drop as SandboxServer.ConnectionDrop {
            self = .drop(drop)
        } catch {
            self = .failure(error)
        }
    }
}
