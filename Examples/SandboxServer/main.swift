import APIKeysSandbox
import Dispatch
import Foundation

// Serves the sandbox on a loopback port until SIGINT or SIGTERM, and prints how to reach it, ready for a shell:
//
//     swift run SandboxServer --port 8080 --fault createTeamAPIKey:lostAnswer

/// Ends the process with a word to whoever reads the errors.
func fail(_ message: String, status: Int32) -> Never {
    FileHandle.standardError.write(Data((message + "\n").utf8))
    exit(status)
}

let arguments: Arguments
let sandbox: Sandbox
do {
    arguments = try Arguments(CommandLine.arguments.dropFirst())
    sandbox = Sandbox(seed: arguments.seed, pageSize: arguments.pageSize)
    for fault in arguments.faults { try sandbox.inject(parsing: fault) }
} catch {
    fail("\(error)\n\(Arguments.usage)", status: 2)
}

// Taken over before the server starts, so that a signal can't come too early. Each is delivered on the main queue.
let signals = [SIGINT, SIGTERM].map { number in
    signal(number, SIG_IGN)
    return DispatchSource.makeSignalSource(signal: number, queue: .main)
}

let server: LoopbackServer
do {
    server = try LoopbackServer(sandbox, host: arguments.host, port: arguments.port)
} catch {
    fail("\(error)", status: 1)
}

for source in signals {
    source.setEventHandler {
        Task {
            await server.stop()
            exit(0)
        }
    }
    source.resume()
}

var output = sandbox.exports(baseURL: server.baseURL)
if !arguments.isQuiet {
    output +=
        "# The sandbox itself: \(server.baseURL.absoluteString)/_sandbox/state, requests, faults, seed, reset, health\n"
    output += arguments.faults.map { "# Fault: \($0)\n" }.joined()
}
FileHandle.standardOutput.write(Data(output.utf8))
dispatchMain()
