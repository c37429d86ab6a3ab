import APIKeys
import Dispatch
import Foundation

// Creates and stores a key for each item of a file, and continues where an earlier run was interrupted:
//
//     swift run Provision items.csv --store 'vault kv put "secret/$ITEM_ID" key=-'

/// Ends the process with a word to whoever reads the errors.
func fail(_ message: String, status: Int32) -> Never {
    FileHandle.standardError.write(Data("Provision: \(message)\n".utf8))
    exit(status)
}

/// Says what a run would do.
func dryRun(_ arguments: Arguments, _ items: [Item]) async throws {
    var entries: [LedgerEntry] = []
    if FileManager.default.fileExists(atPath: arguments.ledger.path) {
        entries = try await FileLedger(arguments.ledger).entries()
    }
    let stored = Set(entries.filter { $0.state == .stored }.map(\.item))
    let begun = Set(entries.map(\.item)).subtracting(stored)
    let doubts = items.filter { begun.contains($0.id) }.count
    let done = items.filter { stored.contains($0.id) }.count
    print("\(items.count) items: \(done) stored, \(doubts) begun, \(items.count - done - doubts) to create")
}

/// Runs the job.
///
/// - Returns: The exit status.
func provision(_ arguments: Arguments, _ items: [Item], at target: Target) async throws -> Int32 {
    let ledger = try FileLedger(arguments.ledger)
    let store: @Sendable (Item, IssuedKey) async throws -> Void
    switch arguments.store {
    case .file(let url):
        let file = try SecretFile(url)
        store = { item, key in try await file.store(key, for: item) }
    case .command(let text):
        let command = StoreCommand(command: text, lock: ledger.descriptor)
        store = { item, key in try await command.store(key, for: item) }
    }
    let run = Provisioning(
        ledger: ledger, concurrency: arguments.concurrency, failureBudget: arguments.failures,
        settling: arguments.settling, ring: target.ring, store: store)
    var display = Display()
    display.line("\(items.count) items, \(target.description)")
    for try await event in run.events(for: items) {
        display.show(event)
        guard case .finished(let report) = event.kind else { continue }
        display.line(
            "\(report.stored.count) stored, \(report.skipped.count) skipped, \(report.failed.count) failed, "
                + "\(report.notTried.count) not tried, \(report.unresolved.count) unresolved")
        for marker in report.unresolved { display.line("unresolved: a key labelled #\(marker) may work") }
        ledger.close()
        return report.failed.isEmpty && report.notTried.isEmpty && report.unresolved.isEmpty ? 0 : 1
    }
    return 1
}

let arguments: Arguments
let items: [Item]
do {
    arguments = try Arguments(CommandLine.arguments.dropFirst())
    items = try Item.all(in: arguments.items, needsTeam: arguments.provider == .junction)
} catch let problem as Arguments.Problem {
    fail("\(problem)\n\(Arguments.usage)", status: 2)
} catch {
    fail("\(error)", status: 2)
}

// A store command that ends early must not end this process.
signal(SIGPIPE, SIG_IGN)

let job = Task { () -> Int32 in
    if arguments.isDryRun {
        try await dryRun(arguments, items)
        return 0
    }
    let target = try Target(arguments, items, environment: ProcessInfo.processInfo.environment)
    let status = try await provision(arguments, items, at: target)
    await target.stop()
    return status
}

// The first Ctrl-C ends the run after what is on the wire, the second one at once.
signal(SIGINT, SIG_IGN)
let interruption = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
interruption.setEventHandler { @Sendable [job] in
    if job.isCancelled { _exit(130) }
    job.cancel()
}
interruption.resume()

do {
    exit(try await job.value)
} catch is CancellationError {
    fail("interrupted; run it again to continue", status: 130)
} catch {
    fail("\(error)", status: 1)
}
