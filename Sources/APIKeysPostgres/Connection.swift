import APIKeys
import Foundation

/// Carries out statements in one session of a server, one at a time.
protocol StatementRunner: AnyObject {
    /// The number of the server's process.
    var backendPID: Int32 { get }

    /// Carries out a statement of its own, outside of a transaction.
    func run(_ statement: String, _ parameters: [String]) throws(PostgresLedgerError.Reason) -> [[String?]]
}

/// A connection to a server, used by one thread. Nothing here waits longer than its deadline.
final class Connection: StatementRunner {
    private let library: LibPQ
    private let connection: LibPQ.Connection
    /// Takes the passwords out of what the server says, which has seen them.
    private let redactor: Redactor
    /// How long a statement may take.
    var limit: Duration = .seconds(15)

    /// Connects, or says why not in words that hold no part of a password.
    init(_ string: ConnectionString, _ library: LibPQ) throws(Unavailable) {
        // What stands before `dbname` is overruled by the string, and what stands behind it overrules the string.
        let options = [
            ("fallback_application_name", "swift-api-keys"), ("keepalives_idle", "15"), ("keepalives_interval", "5"),
            ("keepalives_count", "3"), ("dbname", string.text), ("client_encoding", "UTF8"),
        ]
        let connection = withTexts(options.map(\.0)) { keywords in
            withTexts(options.map(\.1)) { library.connectStart(keywords, $0, 1) }
        }
        guard let connection else { throw Unavailable(reason: "there is no memory for a connection to PostgreSQL") }
        (self.library, self.connection) = (library, connection)
        let effective = library.values(in: library.options(connection))
        // The password may also come from a file.
        let passwords = [library.password(connection).map { String(cString: $0) }, effective["sslpassword"]]
        redactor = Redactor(passwords.compactMap { $0.map { Secret($0) } })
        // Notices would go to the standard error.
        _ = library.setNoticeProcessor(connection, { _, _ in }, nil)
        let seconds = effective["connect_timeout"].flatMap(Int64.init).flatMap { (1...3600).contains($0) ? $0 : nil }
        guard finishConnecting(within: .seconds(seconds ?? 15)) else {
            let said = library.errorMessage(connection).map { String(cString: $0) } ?? ""
            throw Unavailable(reason: words(said))
        }
        _ = library.setNonblocking(connection, 1)
    }

    deinit {
        library.finish(connection)
    }

    var backendPID: Int32 { library.backendPID(connection) }
    var serverVersion: Int32 { library.serverVersion(connection) }
    var descriptor: Int32 { library.socket(connection) }

    private func finishConnecting(within limit: Duration) -> Bool {
        let end = ContinuousClock.now + limit
        // As the manual has it: before the first poll, as if it had asked for a socket that can be written to.
        var state = LibPQ.writing
        while library.status(connection) != 1, state != LibPQ.ready {
            guard state == LibPQ.reading || state == LibPQ.writing else { return false }
            guard wait(for: state == LibPQ.reading ? POLLIN : POLLOUT, until: end) else { return false }
            state = library.connectPoll(connection)
        }
        return state == LibPQ.ready
    }

    /// libpq's words of a connection that failed, on one line. They name the server and the user, as the string does.
    private func words(_ said: String) -> String {
        let text = said.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
            .joined(separator: " ")
        return "no connection to PostgreSQL: "
            + (text.isEmpty ? "PostgreSQL did not answer in time" : redactor.redacting(text))
    }

    // MARK: - Statements

    func run(_ statement: String, _ parameters: [String]) throws(PostgresLedgerError.Reason) -> [[String?]] {
        let end = ContinuousClock.now + limit
        let isSent = withTexts(parameters) {
            library.sendQuery(connection, statement, Int32(parameters.count), nil, $0, nil, nil, 0)
        }
        guard isSent == 1 else { throw lost }
        while true {
            let rest = library.flush(connection)
            if rest == 0 { break }
            guard rest == 1 else { throw lost }
            guard wait(for: POLLIN | POLLOUT, until: end) else { throw .noAnswer }
            // The server may wait until what it has sent is read.
            guard library.consumeInput(connection) == 1 else { throw lost }
        }
        var rows: [[String?]] = []
        var refusal: PostgresLedgerError.Reason?
        while true {
            while library.isBusy(connection) == 1 {
                guard wait(for: POLLIN, until: end) else { throw .noAnswer }
                guard library.consumeInput(connection) == 1 else { throw lost }
            }
            guard let answer = library.nextAnswer(connection) else { break }
            defer { library.clear(answer) }
            switch library.answerStatus(answer) {
            case LibPQ.rows: rows = self.rows(of: answer)
            case LibPQ.commandDone: break
            default: refusal = refusal ?? self.refusal(of: answer)
            }
        }
        if library.status(connection) != LibPQ.connected {
            if case .refused(_, let message) = refusal { throw .connectionLost(message) }
            throw lost
        }
        if let refusal { throw refusal }
        return rows
    }

    /// Reads what the server says unasked: that it ends the session, for instance.
    func readUnasked() throws(PostgresLedgerError.Reason) {
        guard library.consumeInput(connection) == 1, library.status(connection) == LibPQ.connected else { throw lost }
    }

    private var lost: PostgresLedgerError.Reason {
        // The server's words come first, and libpq's guesses behind them.
        let text = library.errorMessage(connection).map { String(cString: $0) } ?? ""
        let line = text.split(whereSeparator: \.isNewline).first.map(String.init)
        return .connectionLost(line.map(redactor.redacting))
    }

    private func refusal(of answer: LibPQ.Answer) -> PostgresLedgerError.Reason {
        guard let code = library.errorField(answer, LibPQ.codeField),
            let message = library.errorField(answer, LibPQ.messageField)
        else { return lost }
        return .refused(
            code: redactor.redacting(String(cString: code)), message: redactor.redacting(String(cString: message)))
    }

    private func rows(of answer: LibPQ.Answer) -> [[String?]] {
        (0..<library.rowCount(answer)).map { row in
            (0..<library.columnCount(answer)).map { column in
                library.isNull(answer, row, column) == 1
                    ? nil : library.value(answer, row, column).map { String(cString: $0) }
            }
        }
    }

    private func wait(for events: Int32, until end: ContinuousClock.Instant) -> Bool {
        APIKeysPostgres.wait(for: [(descriptor, events)], until: end) != []
    }
}

/// Waits until one of some descriptors is ready: the indices of those that are; none at the end of the time.
func wait(for descriptors: [(descriptor: Int32, events: Int32)], until end: ContinuousClock.Instant) -> [Int] {
    var polled = descriptors.map { pollfd(fd: $0.descriptor, events: Int16($0.events), revents: 0) }
    while true {
        let left = max(ContinuousClock.now.duration(to: end), .zero)
        let milliseconds = min(left / .milliseconds(1), 3_600_000).rounded(.up)
        let count = poll(&polled, nfds_t(polled.count), Int32(milliseconds))
        if count > 0 { return polled.indices.filter { polled[$0].revents != 0 } }
        if count == 0, ContinuousClock.now >= end { return [] }
        if count < 0, errno != EINTR, errno != EAGAIN { return [] }
    }
}

/// Hands texts to C, as an array that ends with NULL.
private func withTexts<Result>(_ texts: [String], _ body: (LibPQ.Texts) -> Result) -> Result {
    let copies = texts.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    return body(copies.map { UnsafePointer($0) } + [nil])
}
