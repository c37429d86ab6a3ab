import APIKeys
import Foundation

/// One session of a server, and the thread that it has for itself: libpq blocks, and the threads of tasks must not.
///
/// What tasks ask for meanwhile is done together: claims in one statement, appends in one transaction. With the session
/// end its locks, and with them every claim.
final class Session: Sendable {
    typealias Failure = PostgresLedgerError.Reason
    typealias Done<Value> = @Sendable (Result<Value, Failure>) -> Void

    /// What tasks wait for.
    struct Requests: Sendable {
        var claims: [(item: String, done: Done<LedgerClaim>)] = []
        var releases: [(item: String, done: Done<Void>)] = []
        var appends: [(item: String, entry: LedgerEntry, done: Done<Void>)] = []
        var reads: [Done<[LedgerEntry]>] = []
        var confirmations: [Done<Void>] = []

        var isEmpty: Bool {
            claims.isEmpty && releases.isEmpty && appends.isEmpty && reads.isEmpty && confirmations.isEmpty
        }

        func fail(_ failure: Failure) {
            for claim in claims { claim.done(.failure(failure)) }
            for release in releases { release.done(.failure(failure)) }
            for append in appends { append.done(.failure(failure)) }
            for read in reads { read(.failure(failure)) }
            for confirmation in confirmations { confirmation(.failure(failure)) }
        }
    }

    private struct State: Sendable {
        var requests = Requests()
        /// Why nothing more is done.
        var failure: Failure?
        var isClosing = false
        /// When the last word was sent that the server has answered.
        var lastWord = ContinuousClock.now
        var life = Duration.seconds(60)
        var descriptor: Int32 = -1
    }

    /// Beyond that, the server's table of locks fills up: its default has room for some 6,400 of all sessions together.
    static let maximumClaims = 500

    private let state = Locked(State())
    /// A byte wakes the thread.
    private let wakeUp: Pipe
    private let end = DispatchGroup()

    /// Connects, and starts the thread.
    init(_ string: ConnectionString, _ library: LibPQ, job: String) throws(Unavailable) {
        wakeUp = try Pipe()
        let connected = DispatchSemaphore(value: 0)
        let problem = Locked<Unavailable?>(nil)
        end.enter()
        let thread = Thread { [self] in
            defer { end.leave() }
            do throws(Unavailable) {
                let connection = try Connection(string, library)
                let table = try prepare(connection, job: job)
                connected.signal()
                serve(connection, table)
            } catch {
                problem.withLock { $0 = error }
                connected.signal()
            }
        }
        thread.name = "APIKeysPostgres"
        thread.start()
        connected.wait()
        if let problem = problem.withLock({ $0 }) { throw problem }
    }

    private func prepare(_ connection: Connection, job: String) throws(Unavailable) -> LedgerTable {
        guard connection.serverVersion >= 140_000 else {
            throw Unavailable(
                reason:
                    "this PostgreSQL is older than 14 and ends no session that is idle: use a newer one or FileLedger")
        }
        let table = LedgerTable(job: job, connection)
        do throws(Failure) {
            let begun = ContinuousClock.now
            let life = try table.prepareSession()
            connection.limit = life / 3
            state.withLock { state in
                state.life = life
                state.lastWord = begun
                state.descriptor = connection.descriptor
            }
        } catch {
            throw Unavailable(reason: PostgresLedgerError(error, job: job).description)
        }
        return table
    }

    // MARK: - What tasks see

    /// Whether the session cannot be over yet: half of its life leaves the other half to what is begun now.
    var mayHold: Bool {
        state.withLock { state in
            state.failure == nil && !state.isClosing && ContinuousClock.now - state.lastWord < state.life / 2
        }
    }

    /// How long the session lives on when this process stands still.
    var life: Duration { state.withLock { $0.life } }
    var descriptor: Int32 { state.withLock { $0.failure == nil ? $0.descriptor : -1 } }

    /// Has something done by the thread.
    func request(_ change: (inout Requests) -> Void) {
        let failure = state.withLock { state in
            let failure = state.failure ?? (state.isClosing ? .closed : nil)
            if failure == nil { change(&state.requests) }
            return failure
        }
        guard let failure else { return wakeUp.wake() }
        var refused = Requests()
        change(&refused)
        refused.fail(failure)
    }

    /// Ends the session once what was asked for before is done.
    func close() {
        state.withLock { $0.isClosing = true }
        wakeUp.wake()
    }

    /// Waits until the session has ended.
    func waitForEnd() { end.wait() }

    // MARK: - The thread

    private func serve(_ connection: Connection, _ table: LedgerTable) {
        var served = ServedTable(table: table)
        var requests = Requests()
        var failure = Failure.closed
        do throws(Failure) {
            while true {
                let (isClosing, hello) = state.withLock { state in
                    (requests, state.requests) = (state.requests, Requests())
                    return (state.isClosing, state.lastWord + state.life / 4)
                }
                if !requests.isEmpty {
                    try speak { () throws(Failure) in try served.serve(&requests) }
                } else if isClosing {
                    try served.table.releaseAll()
                    break
                } else {
                    try listen(connection, served, until: hello)
                }
            }
        } catch {
            failure = error
        }
        // Before anybody hears of it: whoever then asks whether the claims hold has to know.
        let rest = state.withLock { state in
            state.failure = failure
            defer { state.requests = Requests() }
            return state.requests
        }
        requests.fail(failure)
        rest.fail(failure)
    }

    /// Waits for something to do. Says hello in time, so that the server does not end a session that it takes for idle.
    private func listen(
        _ connection: Connection, _ served: ServedTable, until hello: ContinuousClock.Instant
    ) throws(Failure) {
        let ready = wait(
            for: [(connection.descriptor, POLLIN), (wakeUp.readingEnd, POLLIN)].map { ($0.0, Int32($0.1)) },
            until: hello)
        if ready.contains(1) { wakeUp.clear() }
        if ready.contains(0) { try connection.readUnasked() }
        if ready.isEmpty { try speak { () throws(Failure) in try served.table.hello() } }
    }

    /// Does something that the server answers.
    private func speak(_ body: () throws(Failure) -> Void) throws(Failure) {
        let now = ContinuousClock.now
        try body()
        state.withLock { $0.lastWord = now }
    }
}

/// A pipe by which a thread is woken while it waits for a socket.
private final class Pipe: Sendable {
    let readingEnd: Int32
    private let writingEnd: Int32

    init() throws(Unavailable) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw Unavailable(reason: "no file descriptor is free") }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        (readingEnd, writingEnd) = (ends[0], ends[1])
    }

    deinit {
        close(readingEnd)
        close(writingEnd)
    }

    func wake() {
        var byte: UInt8 = 0
        _ = write(writingEnd, &byte, 1)
    }

    func clear() {
        var bytes = [UInt8](repeating: 0, count: 256)
        while read(readingEnd, &bytes, bytes.count) > 0 {}
    }
}
