@testable import APIKeysPostgres

extension LibPQ {
    /// libpq without the library: a server that has taken the connection and answers nothing but what a test gives.
    static func fake(
        connectStart: @escaping @Sendable @convention(c) (Texts, Texts, Int32) -> Connection?,
        status: @escaping @Sendable @convention(c) (Connection) -> UInt32 = { _ in LibPQ.connected },
        socket: @escaping @Sendable @convention(c) (Connection) -> Int32 = { _ in -1 },
        password: @escaping @Sendable @convention(c) (Connection) -> Text? = { _ in nil },
        errorMessage: @escaping @Sendable @convention(c) (Connection) -> Text? = { _ in nil },
        finish: @escaping @Sendable @convention(c) (Connection) -> Void = { _ in },
        setNonblocking: @escaping @Sendable @convention(c) (Connection, Int32) -> Int32 = { _, _ in 0 }
    ) -> LibPQ {
        LibPQ(
            parse: { _, _ in nil }, options: { _ in nil }, freeOptions: { _ in }, connectStart: connectStart,
            connectPoll: { _ in LibPQ.ready }, status: status, socket: socket, password: password,
            errorMessage: errorMessage, finish: finish, serverVersion: { _ in 140_000 }, backendPID: { _ in 1 },
            setNoticeProcessor: { _, _, _ in nil }, setNonblocking: setNonblocking,
            sendQuery: { _, _, _, _, _, _, _, _ in 1 }, flush: { _ in 0 }, consumeInput: { _ in 1 },
            isBusy: { _ in 1 }, nextAnswer: { _ in nil }, answerStatus: { _ in 0 }, errorField: { _, _ in nil },
            rowCount: { _ in 0 }, columnCount: { _ in 0 }, value: { _, _, _ in nil }, isNull: { _, _, _ in 0 },
            clear: { _ in })
    }
}
