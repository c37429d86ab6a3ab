import APIKeys
import APIKeysPostgres
import Dispatch
import Foundation

/// The ledger that the command line names: a file, or a job in a database.
struct JobLedger {
    let ledger: any ProvisioningLedger
    /// What a command inherits, so that nobody else works on its item while it runs; -1 if there is nothing.
    let descriptor: @Sendable () -> Int32
    /// How long a command may run, if there is a limit.
    let commandLimit: Duration?
    /// Closes the ledger.
    let close: @Sendable () -> Void

    /// Opens the ledger. If it is only read, no file is created or changed.
    init(_ arguments: Arguments, _ files: Files, isReadOnly: Bool = false) async throws {
        if let connection = arguments.database {
            let ledger = try await Self.connect(connection, job: arguments.job)
            self.ledger = ledger
            descriptor = { @Sendable in ledger.fileDescriptor }
            commandLimit = max(ledger.storeTimeLimit, .seconds(1))
            close = { @Sendable in ledger.close() }
        } else if let url = files.ledger {
            let ledger = isReadOnly ? try FileLedger(reading: url) : try FileLedger(url)
            self.ledger = ledger
            descriptor = { @Sendable in ledger.fileDescriptor }
            commandLimit = nil
            close = { @Sendable in ledger.close() }
        } else {
            throw Problem("nothing remembers what is done")
        }
    }

    /// Connects off the threads that tasks run on: a server may take its time.
    private static func connect(_ connection: String, job: String) async throws -> PostgresLedger {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try PostgresLedger(connection, job: job) })
            }
        }
    }
}
