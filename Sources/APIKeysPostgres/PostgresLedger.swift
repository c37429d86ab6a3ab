public import APIKeys
import Foundation

/// A ledger in PostgreSQL, for jobs that run on several machines, or on machines without a lasting disk.
///
/// ```swift
/// let ledger = try PostgresLedger("postgres://provisioner@db.internal/keys?sslmode=verify-full", job: "customers")
/// defer { ledger.close() }
/// let report = try await Provisioning(ledger: ledger, ring: ring, store: store).run(items)
/// ```
///
/// Each object has one session with the server, PostgreSQL 14 or newer, through the system's libpq. Claims are locks of
/// that session: a worker that dies or loses its connection loses its claims, and can append nothing more. The ledger
/// does not reconnect: run the job again. A connection pooler that spreads statements over several sessions is refused.
///
/// The table `swift_api_keys_ledger` is created with the first entry, if there is none. It holds no secret.
public final class PostgresLedger: ProvisioningLedger {
    /// The error that says why a ledger can't be opened.
    public typealias Unavailable = APIKeys.Unavailable

    private let session: Session
    private let job: String

    /// Connects to a server. Blocks until the server answers, for 15 seconds at most unless `connect_timeout` says
    /// otherwise.
    ///
    /// The environment variables of PostgreSQL's own programs, such as `PGHOST`, `PGPASSWORD` and `PGSERVICE`, apply
    /// too.
    ///
    /// - Parameters:
    ///   - connection: Where the server is: `postgres://USER@HOST/DATABASE`, or keywords such as
    ///     `host=HOST dbname=DATABASE`.
    ///   - job: The job's name, not empty. All workers of a job use the same name; jobs do not see each other's
    ///     entries.
    /// - Throws: ``/APIKeys/Unavailable`` if libpq is missing, if the connection fails, if the server is older than
    ///   PostgreSQL 14, if a connection pooler is in between, or if the job's name is empty. Its text holds no
    ///   password.
    public init(_ connection: String, job: String) throws(Unavailable) {
        guard !job.isEmpty, !job.utf8.contains(0) else {
            throw Unavailable(reason: "a job's name must not be empty or hold U+0000; name the job")
        }
        let library = try LibPQ()
        self.job = job.precomposedStringWithCanonicalMapping
        session = try Session(try ConnectionString(connection, library), library, job: self.job)
    }

    deinit {
        session.close()
    }

    /// Closes the connection, and gives up every claim, once what was appended before is durable.
    public func close() {
        session.close()
        session.waitForEnd()
    }

    /// The connection's descriptor; -1 if it has ended. Pass it to a child process that stores keys: if this process is
    /// killed, the claims then last until the child ends or the session's idle timeout is over.
    public var fileDescriptor: Int32 { session.descriptor }

    /// The time within which `store` has to end: half of `idle_session_timeout`. That is 30 seconds, unless the
    /// connection string or `PGOPTIONS` sets the timeout. If this process is suspended, its claims last at least that
    /// long. A `store` that takes longer may overwrite a new secret with an old one.
    public var storeTimeLimit: Duration { session.life / 2 }

    /// `true`: other processes may work on the same job.
    public var isShared: Bool { true }

    /// Every entry of the job so far. Creates no table.
    ///
    /// - Returns: The entries, oldest first.
    /// - Throws: ``PostgresLedgerError``, also for a row that is no entry.
    public func entries() async throws -> [LedgerEntry] {
        try await ask { requests, done in requests.reads.append(done) }
    }

    /// Appends an entry. Returns when its transaction is durable.
    ///
    /// - Parameter entry: The entry.
    /// - Throws: ``PostgresLedgerError``.
    public func append(_ entry: LedgerEntry) async throws {
        let item = try column(entry.item)
        for text in [entry.place, entry.keyID ?? ""] { _ = try column(text) }
        try await ask { requests, done in requests.appends.append((item, entry, done)) }
    }

    /// Claims an item until it is released, or until the connection ends.
    ///
    /// - Parameter item: The item's ID.
    /// - Returns: The item's entries; ``/APIKeys/LedgerClaim/held`` while somebody else works on the item, and while
    ///   this object has 500 claims.
    /// - Throws: ``PostgresLedgerError``.
    public func claim(_ item: String) async throws -> LedgerClaim {
        let item = try column(item)
        return try await ask { requests, done in requests.claims.append((item, done)) }
    }

    /// Releases an item.
    ///
    /// - Parameter item: The item's ID.
    public func release(_ item: String) async {
        guard let item = try? column(item) else { return }
        // If the connection has ended, the item is free.
        try? await ask { requests, done in requests.releases.append((item, done)) }
    }

    /// Asks the server whether the session is still open.
    ///
    /// - Throws: ``PostgresLedgerError`` if it has ended: nothing is claimed any longer.
    public func confirm() async throws {
        try await ask { requests, done in requests.confirmations.append(done) }
    }

    /// Whether the session is certain to be open: `false` once half of its idle timeout has passed without an answer,
    /// such as when this process was suspended.
    public var mayHold: Bool { session.mayHold }

    /// Has the session do something, and waits without a thread.
    private func ask<Value: Sendable>(
        _ change: (inout Session.Requests, @escaping Session.Done<Value>) -> Void
    ) async throws -> Value {
        let result = await withCheckedContinuation { continuation in
            session.request { change(&$0) { continuation.resume(returning: $0) } }
        }
        do {
            return try result.get()
        } catch {
            throw PostgresLedgerError(error, job: job)
        }
    }

    /// A text as it is compared: what Swift takes for equal is one item to the server.
    private func column(_ text: String) throws(PostgresLedgerError) -> String {
        guard !text.utf8.contains(0) else { throw PostgresLedgerError(.unusableText, job: job) }
        return text.precomposedStringWithCanonicalMapping
    }
}

extension PostgresLedger: Opaque {}
