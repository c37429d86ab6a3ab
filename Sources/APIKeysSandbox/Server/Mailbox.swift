import APIKeys

/// How other threads reach the event loop: they leave a message and ring a bell that the loop's wait hears.
final class Mailbox: Sendable {
    enum Message: Sendable {
        /// What the handler made of a connection's request.
        case outcome(HandlerOutcome, connection: Int)
        case stop
    }

    private struct State: Sendable {
        var messages: [Message] = []
        var bell: Socket?
    }

    private let state: Locked<State>

    /// - Parameter bell: A socket whose other end the loop waits for.
    init(bell: Socket) {
        state = Locked(State(bell: bell))
    }

    /// Leaves a message. Dropped where the loop is at its end.
    func post(_ message: Message) {
        state.withLock { state in
            guard let bell = state.bell else { return }
            // One ring is enough for any number of messages: they are collected all at once.
            if state.messages.isEmpty { _ = bell.write([0]) }
            state.messages.append(message)
        }
    }

    /// Takes the messages. The bell is to be silenced before: a message in between would ring unheard otherwise.
    func collect() -> [Message] {
        state.withLock { state in
            defer { state.messages = [] }
            return state.messages
        }
    }

    /// Lets go of the bell; nothing is taken any more.
    func close() {
        state.withLock { $0 = State() }
    }
}
