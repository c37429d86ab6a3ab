import APIKeys

/// What the handler made of a request.
enum HandlerOutcome: Sendable {
    case response(HTTPResponse)
    case drop(LoopbackServer.ConnectionDrop)
    case failure(any Error)

    /// Gives a request to a handler.
    init(of request: HTTPRequest, _ handler: any HTTPTransport) async {
        do {
            self = .response(try await handler.send(request))
        } catch let drop as LoopbackServer.ConnectionDrop {
            self = .drop(drop)
        } catch {
            self = .failure(error)
        }
    }
}
