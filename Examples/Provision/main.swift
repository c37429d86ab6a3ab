import APIKeys
import Dispatch
import Foundation

// Creates and stores a key for each item of a file, replaces keys that are old, and continues where an earlier run was
// interrupted:
//
//     swift run Provision items.csv --max-age 90 --overlap 86400 --store 'vault kv put "secret/$ITEM_ID" key=-'

// Before anything opens a file.
let output = Output.standard

/// Ends the process with a word to whoever reads the errors.
func fail(_ message: String, status: Int32) -> Never {
    output.complain(message)
    exit(status)
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
    let target = try Target(arguments, items, at: place, environment: environment)
    let job = Job(arguments: arguments, items: items, files: files, target: target, environment: environment)
    let status = try await job.run()
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
    exit([0, 3].contains(status) && output.hasFailed ? 1 : status)
} catch is CancellationError {
    fail("interrupted; run it again to continue", status: 130)
} catch {
    fail(Output.text(of: error), status: 1)
}
