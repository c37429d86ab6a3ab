public import APIKeys
import Foundation

/// A ledger in PostgreSQL, for jobs that run on several machines, or on ones that vanish.
///
/// ```swift
/// let ledger = try PostgresLedger("postgres://provisioner@db.internal/keys?sslmode=verify-full", job: "customers")
/// defer { ledger.close() }
/// let report = try await Provisioning(ledger: ledger, ring: ring, store: store).run(items)
/// ```
///
/// Each object has one session of the server, PostgreSQL 14 or newer, over the system's libpq. What a run claims are
/// locks of that session: a worker that dies or loses its connection loses its claims, and can append nothing more. It
/// does not connect again: run the job again. A pooler that spreads statements over several sessions is refused.
///
/// The table `swift_api_keys_ledger` is created with the first entry, if there is none. It holds no secret.
public final class PostgresLedger: ProvisioningLedger {
    /// The error that says why a ledger can't be opened.
    public typealias Unavailable = APIKeys.Unavailable

    private let session: Session
    private let job: String

    /// Connects to a server. Blocks until it has answered, 15 seconds at most unless `connect_timeout` says otherwise.
    ///
    /// The environment counts as it does for every program of PostgreSQL: `PGHOST`, `PGPASSWORD`, `PGSERVICE` and their
    /// like.
    ///
    /// - Parameters:
    ///   - connection: Where the server is: `postgres://USER@HOST/DATABASE`, or keywords such as
    ///     `host=HOST dbname=DATABASE`.
    ///   - job: The job's name. All workers of a job use the same one; jobs do not see each other's entries.
    /// - Throws: ``/APIKeys/Unavailable`` if libpq is missing, if the connection fails, or if a pooler is in between.
    ///   What it says holds no password.
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

    /// The connection's descriptor; -1 if it has ended. Give it to a child process that stores keys: if this process is
    /// killed, the claims then last until the child has ended, or the session's idle time-out.
    public var fileDescriptor: Int32 { session.descriptor }

    /// The time within which `store` has to end: half of `idle_session_timeout`, 30 seconds. If this process is
    /// stopped, its claims last at least that long. A store that takes longer may put an old secret over a new one.
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

    /// Asks the server whether the session goes on.
    ///
    /// - Throws: ``PostgresLedgerError`` if it has ended: nothing is claimed any longer.
    public func confirm() async throws {
        try await ask { requests, done in requests.confirmations.append(done) }
    }

    /// Whether the session goes on for certain: `false` once half of its idle time-out has passed without an answer,
    /// such as when this process was stopped.
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
