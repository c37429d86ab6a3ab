import APIKeys
import Foundation

/// What goes to a client for what the handler made of its request.
struct Answer {
    /// What is written: a whole response, the beginning of one, or nothing.
    private(set) var bytes: ArraySlice<UInt8> = []
    /// Whether the connection stays open behind that.
    private(set) var keepsAlive = false
    /// Whether the connection is reset behind that.
    private(set) var resets = false

    init(to incoming: IncomingRequest, _ outcome: HandlerOutcome) {
        switch outcome {
        case .response(let response):
            respond(to: incoming, with: response)
        case .failure(let error):
            // The error's type alone: its text may hold anything.
            respond(to: incoming, with: HTTPResponseSerializer.error(500, "The handler threw \(type(of: error))"))
        case .drop(let drop):
            follow(drop, incoming)
        }
    }

    private mutating func respond(to incoming: IncomingRequest, with response: HTTPResponse) {
        if let problem = HTTPResponseSerializer.problem(in: response) {
            return respond(to: incoming, with: HTTPResponseSerializer.error(500, problem))
        }
        keepsAlive = incoming.keepsAlive && !HTTPResponseSerializer.asksForClose(response)
        bytes = Self.message(response, to: incoming, keepsAlive: keepsAlive).bytes[...]
    }

    private mutating func follow(_ drop: LoopbackServer.ConnectionDrop, _ incoming: IncomingRequest) {
        switch drop.kind {
        case .withoutAnswer: break
        case .reset: resets = true
        case .afterBytes(let count, let response):
            let message = Self.message(response, to: incoming, keepsAlive: incoming.keepsAlive)
            bytes = message.bytes.prefix(max(count, 0))
        case .afterBodyBytes(let count, let response):
            let message = Self.message(response, to: incoming, keepsAlive: incoming.keepsAlive)
            let body = message.bytes[message.headCount...].prefix(max(count, 0))
            bytes = message.bytes[..<body.endIndex]
        case .afterHeadBytes(let count, let response, let byReset):
            let message = Self.message(response, to: incoming, keepsAlive: incoming.keepsAlive)
            bytes = message.bytes.prefix(min(max(count, 0), message.headCount - 1))
            resets = byReset
        }
    }

    private static func message(
        _ response: HTTPResponse, to incoming: IncomingRequest, keepsAlive: Bool
    ) -> HTTPResponseSerializer.Message {
        HTTPResponseSerializer(method: incoming.request.method, isHTTP10: incoming.isHTTP10, keepsAlive: keepsAlive)
            .message(response, date: Date())
    }
}
