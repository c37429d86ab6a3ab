import APIKeys
import Foundation

/// The statements of a ledger. Each of them says which process of the server has carried it out: a pooler would spread
/// them over several.
struct LedgerTable {
    static let name = "swift_api_keys_ledger"

    /// What the table is, if it has to be created.
    static let definition = """
        CREATE TABLE IF NOT EXISTS \(name) (
            sequence bigint GENERATED ALWAYS AS IDENTITY,
            job text NOT NULL,
            item text NOT NULL,
            entry jsonb NOT NULL,
            PRIMARY KEY (job, item, sequence)
        )
        """

    typealias Failure = PostgresLedgerError.Reason
    private typealias Numbered = (sequence: Int64, item: String, entry: LedgerEntry)

    /// How many entries are read in one statement.
    static let pageSize = 2000

    private struct Row: Encodable {
        let item: String
        let entry: LedgerEntry
    }

    let job: String
    private let runner: any StatementRunner
    private var isKnownToExist = false

    init(job: String, _ runner: any StatementRunner) {
        self.job = job
        self.runner = runner
    }

    // MARK: - The session

    /// Sets what the connection string and `PGOPTIONS` leave open, and says how long the session outlives the last word
    /// that was sent in it.
    func prepareSession() throws(Failure) -> Duration {
        let life = try session().rounded
        let short = "\(Int(life / .milliseconds(1)) / 4)ms"
        let settings = [
            "idle_session_timeout": "\(Int(life / .milliseconds(1)))ms", "idle_in_transaction_session_timeout": short,
            "statement_timeout": short, "synchronous_commit": "on",
        ]
        // An append is durable, whatever else is set.
        _ = try run(
            """
            SELECT pg_backend_pid(), CASE WHEN
                CASE s.name WHEN 'synchronous_commit' THEN s.setting NOT IN ('on', 'remote_apply')
                    ELSE s.source <> 'client' END
                THEN set_config(s.name, w.value, false) END
            FROM json_each_text($1::json) AS w(name, value) JOIN pg_settings s ON s.name = w.name
            """, [Self.json(settings)])
        return life
    }

    private func session() throws(Failure) -> Duration {
        let row = try run(
            """
            SELECT pg_backend_pid(), CASE WHEN source = 'client' THEN setting END
            FROM pg_settings WHERE name = 'idle_session_timeout'
            """, []
        ).first
        // 0 is no limit: the session then ends when this side gives it up.
        guard let text = row?.last ?? nil, let milliseconds = Int64(text), milliseconds > 0 else { return .seconds(60) }
        return .milliseconds(milliseconds)
    }

    /// Says something, so that the session is not idle.
    func hello() throws(Failure) {
        _ = try run("SELECT pg_backend_pid()", [])
    }

    // MARK: - Claims

    /// Claims items, and returns the entries of those that were free.
    ///
    /// The locks are taken **and then** the entries are read, in a second statement: a statement reads what was there
    /// when it began, so that one for both would see nothing of what the last owner of a lock has appended.
    mutating func claim(_ items: [String]) throws(Failure) -> [String: [LedgerEntry]] {
        let rows = try run(
            """
            SELECT pg_backend_pid(), w.number, pg_try_advisory_lock(\(Self.lock))
            FROM json_array_elements_text($2::json) WITH ORDINALITY AS w(item, number)
            """, [job, Self.json(items)])
        let granted = rows.filter { $0.count == 3 && $0[2] == "t" }.compactMap { row in
            row[1].flatMap(Int.init).flatMap { items.indices.contains($0 - 1) ? items[$0 - 1] : nil }
        }
        var entries = Dictionary(granted.map { ($0, [LedgerEntry]()) }) { first, _ in first }
        guard !granted.isEmpty, try exists() else { return entries }
        let list = try read(
            "job = $1 AND item IN (SELECT json_array_elements_text($2::json))", [job, Self.json(granted)])
        for (_, item, entry) in list { entries[item]?.append(entry) }
        return entries
    }

    /// Releases items that were claimed.
    func release(_ items: [String]) throws(Failure) {
        let rows = try run(
            """
            SELECT pg_backend_pid(), pg_advisory_unlock(\(Self.lock))
            FROM json_array_elements_text($2::json) AS w(item)
            """, [job, Self.json(items)])
        // Somebody, such as a pooler, has released them before.
        guard rows.allSatisfy({ $0.last == "t" }) else { throw .pooled }
    }

    /// Releases everything: the server would do so too, but only once it has noticed that the connection is closed.
    func releaseAll() throws(Failure) {
        _ = try run("SELECT pg_backend_pid(), pg_advisory_unlock_all()", [])
    }

    /// A lock's number: 64 bits of the item's name and the job's. Two items that share one only wait for each other.
    private static let lock = "hashtextextended($1::text || E'\\n' || w.item, 0)"

    // MARK: - Entries

    /// Every entry of the job, in the order in which they were appended.
    ///
    /// They are read in pages. One statement for the entries of years would exceed its time limit, and a session that
    /// is silent while it decodes them would be ended by the server.
    mutating func entries() throws(Failure) -> [LedgerEntry] {
        guard try exists() else { return [] }
        var entries: [Numbered] = []
        var last: (item: String, sequence: Int64) = ("", 0)
        while true {
            let page = try read(
                "job = $1 AND (item, sequence) > ($2, $3::bigint) ORDER BY item, sequence LIMIT \(Self.pageSize)",
                [job, last.item, "\(last.sequence)"])
            entries += page
            guard let end = page.last, page.count >= Self.pageSize else { break }
            last = (end.item, end.sequence)
        }
        return entries.sorted { $0.sequence < $1.sequence }.map(\.entry)
    }

    /// Appends entries, in one transaction, which is durable then.
    mutating func append(_ entries: [(item: String, entry: LedgerEntry)]) throws(Failure) {
        if try !exists() { try create() }
        _ = try run(
            """
            INSERT INTO \(Self.name) (job, item, entry)
            SELECT $1, w.value->>'item', w.value->'entry'
            FROM jsonb_array_elements($2::jsonb) WITH ORDINALITY AS w(value, number)
            WHERE pg_backend_pid() = $3::int ORDER BY w.number
            RETURNING pg_backend_pid()
            """, [job, Self.json(entries.map(Row.init)), "\(runner.backendPID)"])
    }

    /// Entries, by item, and each item's in the order in which they were appended.
    private func read(_ condition: String, _ parameters: [String]) throws(Failure) -> [Numbered] {
        // There is a row in any case, which names the process.
        let rows = try run(
            """
            SELECT pg_backend_pid(), e.sequence, e.item, e.entry
            FROM (SELECT) AS one LEFT JOIN
                (SELECT sequence, item, entry FROM \(Self.name) WHERE \(condition)) AS e ON true
            ORDER BY e.item, e.sequence
            """, parameters)
        var entries: [Numbered] = []
        for row in rows {
            guard row.count == 4, let sequence = row[1], let item = row[2], let text = row[3] else { continue }
            guard let number = Int64(sequence), let entry = try? JSON.value(LedgerEntry.self, from: Data(text.utf8))
            else { throw .malformed(sequence: sequence) }
            entries.append((number, item, entry))
        }
        return entries
    }

    // MARK: - The table

    private mutating func exists() throws(Failure) -> Bool {
        if !isKnownToExist {
            let row = try run("SELECT pg_backend_pid(), to_regclass('\(Self.name)') IS NOT NULL", []).first
            isKnownToExist = row?.last == "t"
        }
        return isKnownToExist
    }

    private mutating func create() throws(Failure) {
        // Two workers may come at once: the second one waits, and finds the table. It was not there when it looked.
        _ = try runner.run(
            """
            DO $do$ BEGIN
                IF pg_backend_pid() <> \(runner.backendPID) THEN RETURN; END IF;
                PERFORM pg_advisory_xact_lock(hashtextextended('\(Self.name)', 0));
                \(Self.definition);
            END $do$
            """, [])
        isKnownToExist = true
    }

    /// Carries out a statement whose rows begin with the number of the server's process.
    private func run(_ statement: String, _ parameters: [String]) throws(Failure) -> [[String?]] {
        let rows = try runner.run(statement, parameters)
        guard !rows.isEmpty, rows.allSatisfy({ $0.first == "\(runner.backendPID)" }) else { throw .pooled }
        return rows
    }

    private static func json(_ value: some Encodable) throws(Failure) -> String {
        guard let data = try? JSON.body(value) else { throw .unusableText }
        return String(decoding: data, as: UTF8.self)
    }
}

extension Duration {
    /// Whole milliseconds, which is what the server counts in; at least four, and at most a day.
    fileprivate var rounded: Duration {
        .milliseconds(Int(min(max(self, .milliseconds(4)), .seconds(86400)) / .milliseconds(1)))
    }
}
