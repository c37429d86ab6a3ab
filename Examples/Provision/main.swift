import APIKeys
import Dispatch
import Foundation

// Creates and stores a key for each item of a file, and continues where an earlier run was interrupted:
//
//     swift run Provision items.csv --store 'vault kv put "secret/$ITEM_ID" key=-'

// Before anything opens a file.
let output = Output.standard

/// Ends the process with a word to whoever reads the errors.
func fail(_ message: String, status: Int32) -> Never {
    output.complain(message)
    exit(status)
}

/// Says what a run would do.
func dryRun(_ items: [Item], _ files: Files) async throws -> Int32 {
    let entries = try await FileLedger(reading: files.ledger).entries()
    let stored = Set(entries.filter { $0.state == .stored }.map(\.item))
    let begun = Set(entries.map(\.item)).subtracting(stored)
    let doubts = items.filter { begun.contains($0.id) }.count
    let done = items.filter { stored.contains($0.id) }.count
    output.write(
        "\(items.count) items: \(done) stored, \(doubts) begun, \(items.count - done - doubts) to create\n")
    return 0
}

/// Runs the job.
///
/// - Returns: The exit status.
func provision(
    _ arguments: Arguments, _ items: [Item], at target: Target, _ files: Files, environment: [String: String]
) async throws -> Int32 {
    let ledger = try FileLedger(files.ledger)
    defer { ledger.close() }
    let store: @Sendable (Item, IssuedKey) async throws -> Void
    if let text = arguments.storeCommand {
        let command = KeyCommand(
            name: "store", text: text, lock: ledger.descriptor, environment: CommandEnvironment(environment))
        store = { item, key in try await command.run(key, for: item) }
    } else if let url = files.secrets {
        let file = try SecretFile(url, notice: output.complain)
        store = { item, key in try await file.store(key, for: item) }
    } else {
        throw Problem("nothing stores the secrets")
    }
    let run = Provisioning(
        ledger: ledger, concurrency: arguments.concurrency, failureBudget: arguments.failures,
        settling: arguments.settling, ring: target.ring, store: store)
    var display = Display()
    display.line("\(items.count) items, \(target.description)")
    if let notice = files.notice { display.line(notice) }
    for try await event in run.events(for: items) {
        display.show(event)
        guard case .finished(let report) = event.kind else { continue }
        display.line(
            "\(report.stored.count) stored, \(report.skipped.count) skipped, \(report.failed.count) failed, "
                + "\(report.notTried.count) not tried, \(report.unresolved.count) unresolved")
        for marker in report.unresolved { display.line("unresolved: a key labelled #\(marker) may work") }
        return report.failed.isEmpty && report.notTried.isEmpty && report.unresolved.isEmpty ? 0 : 1
    }
    return 1
}

let arguments: Arguments
let items: [Item]
let files: Files
let environment = ProcessInfo.processInfo.environment
let place: Place
do {
    arguments = try Arguments(CommandLine.arguments.dropFirst())
    place = Place(arguments, environment: environment)
    items = try Item.all(in: arguments.items, needsTeam: arguments.provider == .junction)
    files = try Files(arguments, at: place)
} catch {
    fail("\(error)" + (error.isUsage ? "\n\(Arguments.usage)" : ""), status: 2)
}

let job = Task { () -> Int32 in
    if arguments.isDryRun { return try await dryRun(items, files) }
    try files.createTemporary()
    defer { files.removeTemporary() }
    let target = try Target(arguments, items, at: place, environment: environment)
    let status = try await provision(arguments, items, at: target, files, environment: environment)
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
    let status = try await job.value
    exit(status == 0 && output.hasFailed ? 1 : status)
} catch is CancellationError {
    fail("interrupted; run it again to continue", status: 130)
} catch {
    fail(Output.text(of: error), status: 1)
}
