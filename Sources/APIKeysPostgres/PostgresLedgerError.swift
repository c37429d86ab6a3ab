import APIKeys
public import Foundation

/// Why a ``PostgresLedger`` failed.
public struct PostgresLedgerError: Error, Hashable, Sendable, CustomStringConvertible, LocalizedError {
    /// What went wrong.
    public enum Reason: Error, Hashable, Sendable {
        /// The ledger was closed.
        case closed
        /// The connection ended, and with it every claim. The value is the server's last message, if there was one.
        case connectionLost(String?)
        /// The server did not answer in time. Every claim is given up.
        case noAnswer
        /// The statements do not all reach one session of the server, because a connection pooler is in between.
        case pooled
        /// The server refused a statement, with this SQLSTATE, such as 42501, and this message.
        case refused(code: String, message: String)
        /// The row of the table with this `sequence` is not an entry.
        case malformed(sequence: String)
        /// An item's ID or another text holds U+0000, which PostgreSQL does not store.
        case unusableText
    }

    /// What went wrong.
    public var reason: Reason
    /// The job.
    public var job: String

    /// Creates an error, for use in tests.
    public init(_ reason: Reason, job: String) {
        self.reason = reason
        self.job = job
    }

    /// One line: the job, what is wrong with its ledger, and what to do.
    public var description: String {
        let text =
            switch reason {
            case .closed: "was closed"
            case .connectionLost(let words):
                "the connection to PostgreSQL ended\(words.map { " (\($0))" } ?? ""), and with it every claim; "
                    + "run it again"
            case .noAnswer: "PostgreSQL did not answer in time, so every claim was given up; run it again"
            case .pooled:
                "a pooler is between this program and PostgreSQL, which claims do not survive; connect to the server "
                    + "itself"
            case .refused("42501", let message):
                "PostgreSQL refused: \(message) (42501); grant SELECT and INSERT on the table \(LedgerTable.name), and "
                    + "create it beforehand if the user may not"
            case .refused("25006", let message):
                "PostgreSQL refused: \(message) (25006); connect to the primary server, such as by "
                    + "target_session_attrs=read-write"
            case .refused(let code, let message): "PostgreSQL refused: \(message) (\(code))"
            case .malformed(let sequence):
                "the row with the sequence \(sequence) of the table \(LedgerTable.name) is no entry; restore it from a "
                    + "backup. If it has to be removed, look at the provider for the keys of its item first"
            case .unusableText: "an item's ID or place holds U+0000, which PostgreSQL does not store; use another ID"
            }
        return "ledger of the job \(job): \(text)".escapingControls
    }

    /// The same as ``description``.
    public var errorDescription: String? { description }
}

extension PostgresLedgerError: PrintableError {}
